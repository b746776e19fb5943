// What must hold of the page of a history in a real browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { launch, names, open, schemes, widths } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

// Runs a check on an open page, which must have been silent to the end.
async function on(name, options, check) {
  const { page, heard, close } = await open(browser, name, options);
  try {
    await check(page);
    assert.deepEqual(heard, []);
  } finally {
    await close();
  }
}

const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));

async function accessible(page) {
  // By the debugger's way, since the page's own policy lets no other script in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 3).map((node) => node.html).join("\n")}`);
  assert.deepEqual(found, []);
}

async function fits(page) {
  const { wide, across } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    across: innerWidth,
  }));
  assert.ok(wide <= across, `${wide} px in a window of ${across}`);
}

for (const name of names.filter((name) => name !== "huge")) {
  for (const width of widths) {
    for (const colorScheme of schemes) {
      test(`${name} at ${width} px, ${colorScheme}: accessible, silent, alone, no wider than the window`, () =>
        on(name, { width, colorScheme }, async (page) => {
          await fits(page);
          await unfold(page);
          await fits(page);
          await accessible(page);
        }));
    }
  }
}

test("folded it is as accessible as unfolded", () => on("usual", {}, accessible));

test("the colours of the two schemes differ", async () => {
  const paper = (colorScheme) => {
    let colour;
    const read = async (page) => (colour = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
    return on("small", { colorScheme }, read).then(() => colour);
  };
  assert.notEqual(await paper("light"), await paper("dark"));
});

test("nothing of a hostile repository becomes markup", () =>
  on("hostile", {}, async (page) => {
    const found = await page.evaluate(() => {
      const all = Array.from(document.querySelectorAll("*"));
      const attributes = all.flatMap((element) => Array.from(element.attributes, (attribute) => [element.localName, attribute.name, attribute.value]));
      return {
        tags: [...new Set(all.map((element) => element.localName))],
        scripts: document.scripts.length,
        styles: document.querySelectorAll("style").length,
        acting: attributes.filter(([, attribute]) => attribute.startsWith("on") || attribute === "style" || attribute === "src"),
        links: attributes.filter(([, attribute, value]) => attribute === "href" && !value.startsWith("#") && value !== "data:,"),
        hidden: /[\u0000-\u0008\u000e-\u001f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/.test(document.body.innerText),
      };
    });
    for (const tag of ["img", "iframe", "base", "object", "embed", "form"]) {
      assert.equal(found.tags.includes(tag), tag === "form", tag);
    }
    assert.deepEqual({ ...found, tags: [] }, { tags: [], scripts: 1, styles: 1, acting: [], links: [], hidden: false });
  }));

test("a keyboard reaches everything that acts, and shows where it is", () =>
  on("usual", {}, async (page) => {
    const wanted = await page.evaluate(() => {
      const acting = document.querySelectorAll("a[href]:not([tabindex='-1']), summary, input, select, button, [tabindex='0']");
      const seen = Array.from(acting).filter((element) => element.checkVisibility({ contentVisibilityAuto: true }));
      seen.forEach((element, index) => element.setAttribute("data-reach", index));
      return seen.length;
    });
    assert.ok(wanted > 20);
    for (let index = 0; index < wanted; index += 1) {
      await page.keyboard.press("Tab");
      const reached = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return { index: document.activeElement.dataset.reach, outlined: outlineStyle !== "none" && outlineWidth !== "0px" };
      });
      assert.deepEqual(reached, { index: String(index), outlined: true });
    }
  }));

test("the first stop skips to the content", () =>
  on("usual", {}, async (page) => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.ok(page.url().endsWith("#content"));
  }));

test("arrow keys walk through the steps of a chart", () =>
  on("usual", {}, async (page) => {
    const slider = page.locator(".walk input").first();
    const spoken = () => slider.getAttribute("aria-valuetext");
    await slider.focus();
    await page.keyboard.press("Home");
    const first = await spoken();
    assert.match(first, /^Since 2024-01-08 09:00 \+01:00: 1 head /);
    for (const step of ["ArrowRight", "ArrowRight"]) await page.keyboard.press(step);
    assert.match(await spoken(), /: 2 heads, too many \(9f1c22aa01 c0ffee0001\), 3 revisions$/);
    for (const step of ["ArrowLeft", "ArrowLeft", "ArrowLeft"]) await page.keyboard.press(step);
    assert.equal(await spoken(), first);
    assert.equal(await page.locator(".walk output").first().innerText(), first);
    assert.equal(await page.locator(".cursor.on").count(), 1);
  }));

test("a pointer over a chart tells the step below it", () =>
  on("usual", {}, async (page) => {
    const plane = page.locator(".plane").first();
    await plane.hover({ position: { x: 2, y: 20 } });
    assert.match(await page.locator(".walk output").first().innerText(), /^Since 2024-01-08/);
  }));

test("incidents are filtered, ordered and unfolded", () =>
  on("usual", {}, async (page) => {
    const shown = page.locator(".incidents > li:not([hidden])");
    const days = () => shown.locator(".when time").allInnerTexts();
    const status = page.locator(".controls [role=status]");
    assert.equal(await status.innerText(), "7 shown");
    const newest = await days();
    await page.getByLabel("Order").selectOption("oldest");
    assert.deepEqual(await days(), newest.toReversed());
    await page.getByLabel("Order").selectOption("longest");
    assert.equal((await days())[0], "2025-02-11");
    await page.getByLabel("Ended by").selectOption("open");
    assert.deepEqual(await days(), ["2026-01-05"]);
    assert.equal(await status.innerText(), "1 of 7 shown");
    await page.getByLabel("Ended by").selectOption("");
    await page.getByLabel("Environment").selectOption("server/alembic");
    assert.equal(await shown.count(), 4);
    await page.getByLabel("Environment").selectOption("");
    await page.getByLabel("Search").fill("DEPENDABOT");
    await page.waitForFunction(() => document.querySelector("[role=status]").textContent === "1 of 7 shown");
    await page.getByLabel("Search").fill("");
    await page.waitForFunction(() => document.querySelector("[role=status]").textContent === "7 shown");
    await page.getByRole("button", { name: "Unfold all" }).click();
    assert.equal(await page.locator(".incidents details[open]").count(), 7);
    await page.getByRole("button", { name: "Fold all" }).click();
    assert.equal(await page.locator(".incidents details[open]").count(), 0);
  }));

test("a link to an incident opens it", () =>
  on("usual", { hash: "#i3" }, async (page) => {
    assert.equal(await page.locator("#i3").isVisible(), true);
    await page.locator(".lane a[href='#i1']").click();
    assert.equal(await page.locator("#i1").isVisible(), true);
  }));

test("without scripting everything can be read", () =>
  on("usual", { javaScriptEnabled: false }, async (page) => {
    for (const figure of ["7", "3 hours 30 minutes", "21 days", "3.7"]) {
      assert.ok((await page.locator(".figures").innerText()).includes(figure), figure);
    }
    for (const name of ["Time to fix", "Who collides with whom", "Which branches collide", "What each check would have caught"]) {
      assert.ok((await page.getByRole("region", { name }).locator("tbody tr").count()) > 1, name);
    }
    assert.equal(await page.locator(".controls").isVisible(), false);
    assert.equal(await page.locator(".walk").first().isVisible(), false);
    await page.locator(".incidents summary").first().click();
    assert.equal(await page.locator(".incidents .detail").first().isVisible(), true);
    await page.locator(".chart summary").first().click();
    assert.equal(await page.locator(".chart .data").first().locator("tbody tr").count(), 13);
  }));

for (const javaScriptEnabled of [true, false]) {
  test(`paper shows what is folded, scripting ${javaScriptEnabled ? "on" : "off"}`, () =>
    on("usual", { javaScriptEnabled, colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      // What is folded is looked at anew when the next frame is drawn.
      await page.screenshot();
      const [folded, tools, paper] = await page.evaluate(() => {
        const seen = (element) => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) && element.getBoundingClientRect().height > 0;
        const all = (selector) => Array.from(document.querySelectorAll(selector));
        return [
          all("details > :not(summary)").filter((element) => !seen(element)).length,
          all("nav, .controls, .walk").filter(seen).length,
          getComputedStyle(document.documentElement).getPropertyValue("--paper"),
        ];
      });
      assert.deepEqual([folded, tools, paper.trim()], [0, 0, "#fcfbf9"]);
      const pdf = await page.pdf({ format: "A4", printBackground: true });
      assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    }));
}

for (const width of widths) {
  test(`two thousand incidents at ${width} px are there, fit and can be searched`, () =>
    on("huge", { width }, async (page) => {
      await fits(page);
      assert.equal(await page.locator(".incidents > li").count(), 2000);
      await page.getByLabel("Search").fill("#1999");
      await page.waitForFunction(() => /^\d+ of 2000 shown$/.test(document.querySelector("[role=status]").textContent));
      const first = page.locator(".incidents > li:not([hidden])").first();
      await first.locator("summary").click();
      assert.equal(await first.locator(".detail").isVisible(), true);
      await fits(page);
    }));
}
