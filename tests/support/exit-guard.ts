import { after } from "node:test";
import { takeTemporaryFolder } from "./temporary-folder.ts";

/*
 * Preloaded into every test file (Makefile). A file whose tests have ended but which something keeps alive (a server, a
 * socket, a timer that nobody closed) would hang the whole run without a word; after this long it fails and says what is open.
 * And each has a temporary folder of its own.
 */
const patienceMs = 120_000;

// The runner itself, which is no test file, is preloaded too.
if (process.env["NODE_TEST_CONTEXT"] === "child-v8") {
  takeTemporaryFolder();
  after(() => {
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().join(", ");
      process.stderr.write(`the tests have ended, but this keeps the file alive: ${open}\n`);
      process.exit(1);
    }, patienceMs).unref();
  });
}
