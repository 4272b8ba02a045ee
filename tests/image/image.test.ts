import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { contents, packagesLeftOut } from "../../image/contents.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(join(repository, path), "utf8");

/** Only root may unpack an image and run what is in it as another user. */
const skip =
  process.platform !== "linux"
    ? "an image is of Linux"
    : process.getuid?.() !== 0 && "needs root, to run the image's files in a chroot";

describe("the image, made without Docker", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "billing-operator-image-test-"));
  const archive = join(folder, "image.tar");
  const root = join(folder, "root");
  const { version } = JSON.parse(read("package.json")) as { readonly version: string };

  before(() => {
    execFileSync(join(repository, "image/without-docker.sh"), [archive]);
    execFileSync("tar", ["-xf", archive, "-C", folder]);
    mkdirSync(root);
    for (const layer of ["content.tar", "compile-cache.tar"]) {
      execFileSync("tar", ["-xf", join(folder, layer), "-C", root]);
    }
    // As under readOnlyRootFilesystem without a volume at /tmp: nothing at all can be written.
    chmodSync(join(root, "tmp"), 0o755);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function runAs(
    user: string,
    ...args: readonly string[]
  ): { readonly code: number | null; readonly text: string } {
    const env = { PATH: "/usr/bin", NODE_COMPILE_CACHE: "/app/.compile-cache" };
    const chroot = "/usr/sbin/chroot";
    const result = spawnSync(chroot, [`--userspec=${user}`, root, "/usr/bin/node", ...args], { env });
    return { code: result.status, text: `${result.stdout.toString()}${result.stderr.toString()}` };
  }

  test("is named after the version, and runs as no user of the machine", () => {
    const [manifest] = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
      readonly RepoTags: readonly string[];
    }[];
    assert.deepEqual(manifest?.RepoTags, [`billing-operator:${version}`]);
    const { config } = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as {
      readonly config: Readonly<Record<string, unknown>>;
    };
    assert.equal(config["User"], "10001:10001");
    assert.deepEqual(config["Entrypoint"], ["/usr/bin/node", "/app/main.ts"]);
  });

  test("every subcommand that belongs in it loads, with nothing writable", () => {
    const listed = subcommandsOf(runAs("10001:10001", "/app/main.ts", "--help").text);
    const leftOut: readonly string[] = contents.subcommandsLeftOut;
    const expected = listed.filter((name) => !leftOut.includes(name));
    assert.ok(expected.includes("settle") && expected.includes("email"), listed.join(" "));
    const broken = expected
      .map((name) => ({ name, ...runAs("10001:10001", "/app/main.ts", name, "--help") }))
      .filter(({ code, text }) => code !== 0 || !text.startsWith("Usage:"));
    assert.deepEqual(broken, []);
  });

  test("a subcommand gets as far as its configuration, as any user", () => {
    const args = ["/app/main.ts", "settle", "--period", "2026-10", "--generation", "1", "--partition", "0"];
    for (const user of ["10001:10001", "1000650000:0"]) {
      const { code, text } = runAs(user, ...args);
      assert.equal(code, 78, text);
      assert.match(text, /DATABASE_URL: is not set/);
    }
  });

  test("the native Kafka client loads, with encryption and compression", () => {
    const script = `const { features } = require("/app/node_modules/@confluentinc/kafka-javascript");
      console.log(features.join(" "))`;
    const { code, text } = runAs("10001:10001", "-e", script);
    assert.equal(code, 0, text);
    for (const feature of ["ssl", "sasl_scram", "zstd", "gzip"])
      assert.match(text, new RegExp(`\\b${feature}\\b`));
  });

  test("the certificates that Kafka's TLS looks for are there", () => {
    assert.match(readFileSync(join(root, "etc/ssl/certs/ca-certificates.crt"), "utf8"), /BEGIN CERTIFICATE/);
    const { text } = runAs("10001:10001", "-p", `fs.readFileSync("/usr/lib/ssl/cert.pem").length > 1_000`);
    assert.equal(text.trim(), "true");
  });

  test("compiled code is found by the user of the image", () => {
    const script = "console.log(fs.readdirSync(require('node:module').getCompileCacheDir()).length > 100)";
    assert.match(runAs("10001:10001", "-e", script).text, /^true/);
  });

  test("holds no tests, no shell, no development package and nothing that was left out", () => {
    assert.deepEqual(globSync("app/!(node_modules)/**/*.test.ts", { cwd: root }), []);
    assert.deepEqual(
      globSync("{usr/,}bin/*", { cwd: root }).filter((name) => !name.endsWith("/node")),
      [],
    );
    const { devDependencies } = JSON.parse(read("package.json")) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const unwanted = [...Object.keys(devDependencies), ...Object.keys(packagesLeftOut)];
    assert.deepEqual(
      globSync(
        unwanted.map((name) => `app/node_modules/${name}/*`),
        { cwd: root },
      ),
      [],
    );
    assert.ok(!existsSync(join(root, "app/local/command.ts")));
  });

  test("nothing in it can be changed by its user", () => {
    const writable = execFileSync("find", [root, "-perm", "/022", "-not", "-type", "l"]).toString();
    assert.equal(writable, "");
  });

  test("the content is the same byte for byte when it is built again", () => {
    const again = join(folder, "again");
    execFileSync(join(repository, "image/without-docker.sh"), [join(again, "image.tar")]);
    execFileSync("tar", ["-xf", join(again, "image.tar"), "-C", again]);
    execFileSync("cmp", [join(folder, "content.tar"), join(again, "content.tar")]);
  });
});

test("the Dockerfile's base has the Node of the set-up, and its user and entry point are those of the other way", () => {
  const dockerfile = read("Dockerfile");
  const version = /^node_version=(.+)$/m.exec(read("setup/env.sh"))?.[1];
  assert.ok(dockerfile.split("\n").includes(`ARG NODE_VERSION=${version ?? "?"}`));
  const script = read("image/without-docker.sh");
  for (const [instruction, value] of [
    ["USER", "10001:10001"],
    ["WORKDIR", "/tmp"],
  ]) {
    assert.match(dockerfile, new RegExp(`^${instruction ?? ""} ${value ?? ""}$`, "m"));
    assert.ok(script.includes(`"${value ?? ""}"`));
  }
  const entrypoint = /^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1];
  assert.ok(script.includes(`"Entrypoint": ${entrypoint ?? "?"}`));
  for (const [, name, value] of (/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? "").matchAll(/(\w+)=(\S+)/g)) {
    assert.ok(script.includes(`"${name ?? ""}=${value ?? ""}"`), name);
  }
});

/** Names under "Commands:" of the help, without commander's own. */
function subcommandsOf(help: string): string[] {
  return [...help.matchAll(/^ {2}([a-z][a-z-]*)(?: |$)/gm)]
    .map((match) => match[1] ?? "")
    .filter((name) => name !== "help");
}
