import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { Option } from "commander";
import { roles, type Role } from "./actor.ts";
import { localUserEntry } from "./local-users.ts";

const shortest = 12;

/** `admin password NAME --role R`: reads a password from standard input and prints the entry for `ADMIN_USERS`. */
export function definePasswordCommand(admin: Command): void {
  admin
    .command("password <name>")
    .description("an entry of ADMIN_USERS from a password on standard input")
    .addOption(new Option("--role <role...>", "what the person may do").choices(roles).default(["viewer"]))
    .action(async (name: string, { role }: { readonly role: readonly Role[] }) => {
      const password = (await text(process.stdin)).replace(/\r?\n$/, "");
      if (!/^[\w.@-]{1,100}$/.test(name)) admin.error("a name has letters, digits, and . _ @ - only");
      if (password.length < shortest) admin.error(`a password has at least ${shortest} characters`);
      process.stdout.write(`${localUserEntry(name, [...new Set(role)], password)}\n`);
    });
}
