import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../../local/process-file.ts";
import { startControlPlane } from "./control-plane.ts";
import { kubectl, kubectlOk } from "./kubectl.ts";

interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly name?: string };
}

interface ProcessFile {
  readonly server: { readonly pid: number };
}

const serverPid = (folder: string, component: string): number =>
  (JSON.parse(readFileSync(join(folder, `${component}.pid.json`), "utf8")) as ProcessFile).server.pid;

test("a control plane keeps its objects over kill -9, audits requests, and leaves neither process nor file", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const auditLog = join(folder, "audit.log");
  const plane = await startControlPlane({ auditLog });
  t.after(() => plane.stop());
  await kubectlOk(plane, ["create", "configmap", "kept", "--from-literal=a=1"]);

  await plane.kill9("kube-apiserver");
  const refused = await kubectl(plane, ["get", "configmap", "kept"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /refused/);
  await plane.restart("etcd");
  await plane.restart("kube-apiserver");
  assert.equal(await kubectlOk(plane, ["get", "configmap", "kept", "-o=jsonpath={.data.a}"]), "1");

  const lines = readFileSync(auditLog, "utf8").trim().split("\n");
  const mine = lines
    .map((line) => JSON.parse(line) as AuditLine)
    .filter(({ user, objectRef }) => user.username === "admin" && objectRef?.resource === "configmaps");
  assert.deepEqual(
    mine.map(({ verb }) => verb),
    ["create", "get"],
  );

  const pids = ["etcd", "kube-apiserver", "kube-controller-manager"].map((name) =>
    serverPid(plane.folder, name),
  );
  await plane.stop();
  assert.deepEqual(pids.map(isRunning), [false, false, false]);
  assert.equal(existsSync(plane.folder), false);
});

test("what a killed test process left is ended and removed by the next one", async (t) => {
  const program = `
    const { startControlPlane } = await import(${JSON.stringify(new URL("control-plane.ts", import.meta.url).href)});
    console.log((await startControlPlane()).folder);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const left = line.toString().trim();
  const pid = serverPid(left, "kube-apiserver");
  child.kill("SIGKILL");
  await once(child, "exit");
  await sleep(100);
  assert.equal(isRunning(pid), true, "its servers must outlive it, or this test shows nothing");

  const plane = await startControlPlane();
  await plane.stop();
  assert.equal(isRunning(pid), false);
  assert.equal(existsSync(left), false);
});

test("a flag that the API server does not know is told with the end of its log", async () => {
  await assert.rejects(
    startControlPlane({ apiserverFlags: ["--no-such-flag"] }),
    /unknown flag: --no-such-flag/,
  );
});
