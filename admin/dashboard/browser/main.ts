import { render } from "preact";
import { App } from "./app.ts";
import { html } from "./html.ts";
import { followLinks } from "./router.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app");
followLinks();
render(html`<${App} />`, root);
