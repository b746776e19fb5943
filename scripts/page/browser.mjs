// Opens the pages that `cargo xtask page` made, in a browser without a profile, and hears what they say.

import { readdirSync } from "node:fs";
import { join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = process.env.ONEHEAD_PAGES;

export const widths = [360, 800, 1400];
export const schemes = ["light", "dark"];
export const names = readdirSync(folder)
  .filter((file) => file.endsWith(".html"))
  .map((file) => parse(file).name)
  .sort();

// As root a browser has no sandbox; and none of these asks anybody for anything.
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

export const launch = () => chromium.launch({ executablePath: process.env.ONEHEAD_CHROMIUM, args: quiet });

// A page that is open, with everything that it asked for, said or tried.
export async function open(browser, name, options = {}) {
  const { width = 1400, hash = "", ...context } = options;
  const tab = await browser.newContext({ viewport: { width, height: 900 }, ...context });
  const page = await tab.newPage();
  const heard = [];
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on("console", (message) => heard.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    heard.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url && request.url() !== "data:,") heard.push(`request: ${request.url()}`);
  });
  await page.goto(url + hash);
  return { page, heard, close: () => tab.close() };
}
