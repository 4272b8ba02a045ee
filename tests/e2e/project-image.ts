import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);

/** The image of this working tree, for a cluster's node. */
export interface ProjectImage {
  /** What a pod's `image` says. */
  readonly name: string;
  /** Tar file, for `startCluster` or `importImage`. */
  readonly tar: string;
}

/** Builds the project's image without Docker; some seconds. */
export async function buildProjectImage(): Promise<ProjectImage> {
  const repository = "localhost/billing-operator";
  const tar = fileURLToPath(new URL(".local/e2e/image.tar", root));
  const script = fileURLToPath(new URL("image/without-docker.sh", root));
  await promisify(execFile)(script, [tar], { env: { ...process.env, IMAGE: repository } });
  const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };
  return { name: `${repository}:${version}`, tar };
}
