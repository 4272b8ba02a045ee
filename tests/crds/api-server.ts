import { readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { customResourceDefinition, definitionName } from "../../crds/custom-resource-definition.ts";
import { type Kind, kinds } from "../../crds/kinds.ts";
import { type ControlPlane, startControlPlane } from "../cluster/control-plane.ts";
import { kubectlOk } from "../cluster/kubectl.ts";

/** One thing that the API server refuses, as it stands in `details.causes` of its answer. */
export interface Cause {
  readonly field: string;
  readonly message: string;
}

/** What the API server says to a write: the object with its defaults, or why not. */
export interface Answer {
  readonly status: number;
  readonly object: Readonly<Record<string, unknown>> & { readonly spec?: Readonly<Record<string, unknown>> };
  /** The sentence that kubectl prints. */
  readonly message: string;
  readonly causes: readonly Cause[];
}

interface Write {
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly contentType: string;
  readonly body: object;
}

/** A real API server that knows the three kinds. */
export class ApiServer {
  readonly plane: ControlPlane;

  private constructor(plane: ControlPlane) {
    this.plane = plane;
  }

  /** Starts a control plane and installs the definitions as they are generated now; takes about 5 s. */
  static async start(): Promise<ApiServer> {
    const plane = await startControlPlane();
    try {
      const definitions = { apiVersion: "v1", kind: "List", items: kinds.map(customResourceDefinition) };
      await kubectlOk(plane, ["apply", "-f", "-"], { input: JSON.stringify(definitions) });
      const names = kinds.map((kind) => `crd/${definitionName(kind)}`);
      await kubectlOk(plane, ["wait", "--for=condition=Established", "--timeout=60s", ...names]);
      return new ApiServer(plane);
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** Creates an object of the kind, or with `dryRun` only asks whether it could be. */
  create(kind: Kind, name: string, body: object, { dryRun = true } = {}): Promise<Answer> {
    const query = `fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
    return this.#write({
      method: "POST",
      path: `${pathOf(kind)}?${query}`,
      contentType: "application/json",
      body: { apiVersion: "billing.telco.dev/v1alpha1", kind: kind.kind, metadata: { name }, ...body },
    });
  }

  /** Merges a change into an object that exists; nothing is kept of it. */
  tryChange(kind: Kind, name: string, body: object): Promise<Answer> {
    return this.#write({
      method: "PATCH",
      path: `${pathOf(kind)}/${name}?fieldValidation=Strict&dryRun=All`,
      contentType: "application/merge-patch+json",
      body,
    });
  }

  /** Server-side apply of the status, as the operator does it. */
  applyStatus(kind: Kind, name: string, status: object): Promise<Answer> {
    return this.#write({
      method: "PATCH",
      path: `${pathOf(kind)}/${name}/status?fieldManager=test&force=true`,
      contentType: "application/apply-patch+yaml",
      body: { apiVersion: "billing.telco.dev/v1alpha1", kind: kind.kind, metadata: { name }, status },
    });
  }

  async stop(): Promise<void> {
    await this.plane.stop();
  }

  async #write({ method, path, contentType, body }: Write): Promise<Answer> {
    const read = (file: string): Buffer => readFileSync(join(this.plane.folder, file));
    const url = `${this.plane.server}${path}`;
    const tls = { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") };
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = httpsRequest(url, { method, ...tls, headers: { "content-type": contentType } }, (got) => {
        text(got).then((answered) => {
          resolve({ status: got.statusCode ?? 0, text: answered });
        }, reject);
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    });
    const object = JSON.parse(answer.text) as Answer["object"] & {
      message?: string;
      details?: { causes?: Cause[] };
    };
    return {
      ...{ status: answer.status, object },
      ...{ message: object.message ?? "", causes: object.details?.causes ?? [] },
    };
  }
}

/** The kind of that name. */
export function kindNamed(name: string): Kind {
  const found = kinds.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`there is no kind ${name}`);
  return found;
}

function pathOf({ plural }: Kind): string {
  return `/apis/billing.telco.dev/v1alpha1/namespaces/default/${plural}`;
}
