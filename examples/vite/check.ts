/**
 * Builds the page, opens it in a headless Chromium, and checks what it shows.
 *
 *     node --import cotangent/register examples/vite/check.ts [--screenshot PICTURE.png]
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright-core";
import { build, preview } from "vite";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET_FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const { values: options } = parseArgs({ options: { screenshot: { type: "string" } } });
const configFile = fileURLToPath(new URL("vite.config.ts", import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), "cotangent-page-"));
try {
  await build({ configFile, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  console.log("The page is built");
  if (existsSync(CHROMIUM)) await open();
  else if (process.env["CI"] === "true") throw new Error(`there is no Chromium at ${CHROMIUM}`);
  else console.log(`SKIPPED: there is no Chromium at ${CHROMIUM}, so the page was not opened`);
} finally {
  rmSync(outDir, { recursive: true, force: true });
}

async function open(): Promise<void> {
  const server = await preview({ configFile, build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET_FLAGS] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const address = server.resolvedUrls?.local[0];
    assert(address !== undefined, "the preview server listens");
    await page.goto(address);
    await page.waitForSelector("polyline.derivative", { state: "attached", timeout: 30_000 });
    for (const terms of ["3", "5"]) await checkPlot(page, terms);
    if (options.screenshot !== undefined) await page.screenshot({ path: options.screenshot });
    assert.deepEqual(errors, [], "the page throws nothing");
    console.log("The page shows wave(x) and its derivative in a real browser");
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Moves the slider, and checks the two curves and the page's own comparison with central differences. */
async function checkPlot(page: Page, terms: string): Promise<void> {
  await page.locator("#terms").fill(terms);
  const points = await page.locator("polyline.derivative").getAttribute("points");
  assert.equal(points?.split(" ").length, 481);
  assert(!points.includes("NaN"), "the derivative is a number everywhere");
  const text = (await page.locator("#check").textContent()) ?? "";
  const error = Number(text.split(": ")[1]);
  assert(error < 1e-6, `with ${terms} terms the derivative is off: ${text}`);
  console.log(`${terms} terms. ${text}`);
}
