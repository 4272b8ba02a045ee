// Who may import whom (the map is in CONTRIBUTING.md). tests/boundaries/ shows that each rule fires.

const domain = ["billing", "notification", "events", "crds"];
const downwards = [...domain, "platform", "database"];

/** Our folders that each folder may import besides itself. */
const mayImport = {
  billing: [],
  notification: [],
  // The names of the channels are part of what Kafka and the API say.
  events: ["notification/channels"],
  crds: ["notification/channels"],
  platform: [],
  database: ["platform"],
  controllers: ["crds", "platform", "notification", "database/run-ledger"],
  // What a person orders, whichever door it comes through: the command line or the admin API.
  desk: downwards,
  jobs: [...downwards, "desk"],
  dispatcher: downwards,
  consumers: downwards,
  receipts: downwards,
  "bill-page": downwards,
  admin: [...downwards, "desk"],
  // A laptop has the API server and nothing else: no database, no Kafka.
  plugin: ["billing", "crds", "platform"],
};

/** Folders of which a folder may import types, which leave nothing behind at run time. */
const mayImportTypesOf = { database: ["billing", "notification", "events"] };

/** Packages that the pure folders may import at run time; and of Node only what needs no world outside. */
const packagesOfPureFolders = {
  "billing/(?!tariff/)": [],
  "billing/tariff/": ["zod", "yaml"],
  "notification/": ["liquidjs", "luxon"],
  "events/": ["zod"],
  "crds/": ["zod"],
};
const pureNodeModules = "^(node:)?(crypto|assert|util)(/|$)";
// Tests, generators, and the file that reads the default templates which stand beside it.
const notPureByPurpose = "[.]test[.]ts$|(^|/)((re)?generate|default-templates)[.]ts$";

/** Packages with one door each, so that another version or another client touches one folder. */
const driversOfPlatform = [
  "pg",
  "pg-copy-streams",
  "@confluentinc/kafka-javascript",
  "kafkajs",
  "@kubernetes/client-node",
];

const topFolders = [...Object.keys(mayImport), "local", "bench", "image", "tests"];

const anyOf = (names) => `(${names.join("|")})`;
const inFolder = (names) => `^${anyOf(names)}/`;
const inPackage = (names) => `(^|/)node_modules/${anyOf(names)}/`;
const error = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const directions = Object.entries(mayImport).map(([folder, allowed]) =>
  error(
    `direction-${folder}`,
    `${folder} may import itself${allowed.map((name) => `, ${name}`).join("")}`,
    { path: inFolder([folder]) },
    {
      path: `^main[.]ts$|${inFolder(topFolders)}`,
      pathNot: inFolder([folder, ...allowed, ...(mayImportTypesOf[folder] ?? [])]),
    },
  ),
);

const typesOnly = Object.entries(mayImportTypesOf).map(([folder, others]) =>
  error(
    `types-only-${folder}`,
    `${folder} may import only types of ${others.join(", ")}`,
    { path: inFolder([folder]) },
    { path: inFolder(others), dependencyTypesNot: ["type-only"] },
  ),
);

const pure = Object.entries(packagesOfPureFolders).flatMap(([folder, packages]) => {
  const from = { path: `^${folder}`, pathNot: notPureByPurpose };
  const name = folder.replace(/\W.*/, "");
  return [
    error(`packages-${name}`, `packages here: ${packages.join(", ") || "none"}`, from, {
      path: "(^|/)node_modules/",
      ...(packages.length > 0 && { pathNot: inPackage(packages) }),
    }),
    error(`pure-${name}`, "no files, network, clock or processes: the domain is pure", from, {
      dependencyTypes: ["core"],
      pathNot: pureNodeModules,
    }),
  ];
});

const doors = driversOfPlatform.map((driver) =>
  error(
    `door-${driver}`,
    `${driver} has one door, in platform/; types may be imported anywhere`,
    { pathNot: inFolder(["platform", "tests"]) },
    { path: inPackage([driver]), dependencyTypesNot: ["type-only"] },
  ),
);

const general = [
  error(
    "no-circular",
    "import what both need from a third file; a circle that one type import closes is harmless",
    {},
    { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  ),
  error(
    "no-barrel",
    "import from the file that has it",
    {},
    { path: "(^|/)index[.]ts$", pathNot: "node_modules" },
  ),
  error("no-unresolvable", "the file or package does not exist", {}, { couldNotResolve: true }),
  error(
    "no-undeclared-package",
    "declare it in package.json: what another package brings may go away with it",
    {},
    { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
  ),
  error(
    "no-dev-package",
    "an image has no development packages",
    { pathNot: `[.]test[.]ts$|${inFolder(["tests", "bench"])}|^[^/]+[.]js$` },
    { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
  ),
];

export default {
  forbidden: [...directions, ...typesOnly, ...pure, ...doors, ...general],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^([.]local|coverage|tests/boundaries/fixture)/" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
