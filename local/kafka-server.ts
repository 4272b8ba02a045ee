import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { kafkaAnswers } from "./kafka-probe.ts";
import { type BrokerPlace, kafkaProperties } from "./kafka-properties.ts";
import { logTail, type OwnedProcess, startOwned } from "./owned-process.ts";
import { endOrphan } from "./process-file.ts";
import { kafkaClassPath } from "./toolchain.ts";

const run = promisify(execFile);
const loopback = "127.0.0.1";
const heap = "512m";
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

export interface KafkaOptions {
  /** Folder of this broker alone; created if absent, continued with if a broker was stopped or killed there. */
  readonly dataDir: string;
  /** Address of this machine to listen on and to advertise; pods of a cluster cannot reach the default, 127.0.0.1. */
  readonly host?: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Properties that differ, such as those of another listener. */
  readonly settings?: (place: BrokerPlace) => Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}

/** A Kafka broker on one address that ends with this process at the latest. It creates no topics by itself. */
export interface KafkaServer {
  /** `host:port`; the same after `restart`. */
  readonly bootstrap: string;
  /** Of the broker that runs now. */
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
  /** Kills the broker as a power failure would. */
  readonly kill9: () => Promise<void>;
  /** Stops it if it runs and starts it on the same folder and port; resolves when it answers. */
  readonly restart: () => Promise<void>;
}

interface Files {
  readonly properties: string;
  readonly segments: string;
  readonly temporary: string;
  readonly log: string;
  readonly process: string;
}

function filesOf(dataDir: string): Files {
  const at = (name: string): string => join(resolve(dataDir), name);
  return {
    properties: at("server.properties"),
    segments: at("segments"),
    temporary: at("temporary"),
    log: at("server.log"),
    process: at("server.pid.json"),
  };
}

function javaArguments({ temporary }: Files, mainClass: string, args: readonly string[]): string[] {
  const logging = [
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
  ];
  // Native libraries are unpacked there, and a broker that is killed removes none of them.
  const place = `-Djava.io.tmpdir=${temporary}`;
  return [`-Xms${heap}`, `-Xmx${heap}`, place, ...logging, "-cp", kafkaClassPath(), mainClass, ...args];
}

/** Gives an empty folder a cluster id; leaves a formatted one alone. */
async function format(files: Files): Promise<void> {
  if (existsSync(join(files.segments, "meta.properties"))) return;
  // The first bit stays 0, and so the text never begins with "-", which the tool would take for an option.
  const clusterId = Buffer.from(randomBytes(16).map((byte, at) => (at === 0 ? byte & 0x7f : byte))).toString(
    "base64url",
  );
  const args = ["format", "--cluster-id", clusterId, "--config", files.properties];
  await run("java", javaArguments(files, "kafka.tools.StorageTool", args));
}

function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
}

async function untilReady(server: OwnedProcess, { host, port }: BrokerPlace, files: Files): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await kafkaAnswers(host, port, 1000))) {
    if (server.ended()) throw new Error(`Kafka ended:\n${logTail(files.log)}`);
    if (Date.now() > deadline) throw new Error(`Kafka does not answer:\n${logTail(files.log)}`);
    await sleep(50);
  }
}

async function launch(files: Files, place: BrokerPlace): Promise<OwnedProcess> {
  emptyFolder(files.temporary);
  const server = await startOwned({
    command: "java",
    args: javaArguments(files, "kafka.Kafka", [files.properties]),
    logFile: files.log,
    processFile: files.process,
    stopSignal: "SIGTERM",
    stopTimeoutMs,
  });
  try {
    await untilReady(server, place, files);
    return server;
  } catch (error) {
    await server.kill9();
    throw error;
  }
}

/**
 * Starts Kafka over `dataDir` and waits until it answers. A broker left there by a killed process is ended first;
 * one whose owner still runs is an error.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const files = filesOf(options.dataDir);
  const log = options.log ?? (() => undefined);
  mkdirSync(options.dataDir, { recursive: true });
  await endOrphan(files.process, log);
  const port = options.port || (await freePort());
  const host = options.host ?? loopback;
  const place = { host, port, controllerPort: await freePort(), logDir: files.segments };
  writeFileSync(files.properties, kafkaProperties(place, options.settings?.(place)));
  emptyFolder(files.temporary);
  await format(files);
  let server = await launch(files, place);
  log(`Kafka ${server.pid} answers on port ${port}`);
  return {
    bootstrap: `${host}:${port}`,
    pid: () => server.pid,
    stop: () => server.stop(),
    kill9: () => server.kill9(),
    restart: async () => {
      await server.stop();
      server = await launch(files, place);
    },
  };
}
