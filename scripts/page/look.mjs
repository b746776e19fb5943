// Pictures of every page at every width and in both schemes, for people: node look.mjs FOLDER

import { join } from "node:path";
import { launch, names, open, schemes, widths } from "./browser.mjs";

const folder = process.argv[2];
const browser = await launch();
for (const name of names.filter((name) => name !== "huge")) {
  for (const width of widths) {
    for (const colorScheme of schemes) {
      const { page, close } = await open(browser, name, { width, colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      await close();
    }
  }
  const { page, close } = await open(browser, name, { javaScriptEnabled: false });
  await page.pdf({ path: join(folder, `${name}.pdf`), format: "A4", printBackground: true });
  await close();
}
await browser.close();
