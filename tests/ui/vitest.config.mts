// The tests of the screens on the real programs. What they import stands in ui/node_modules; the names below lead there.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = resolve(here, "../../ui/node_modules");

/** The longest first, so that the two that run side by side end together. */
const order = [
  "layout.window",
  "layout.console",
  "day",
  "items",
  "form",
  "keys",
  "guide.console",
  "standing.console",
  "laptops",
  "ledger",
  "keyboard",
];
class LongestFirst {
  async sort<File extends { moduleId: string }>(
    files: File[],
  ): Promise<File[]> {
    const place = ({ moduleId }: File) =>
      order.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return files.toSorted((a, b) => place(a) - place(b));
  }
  async shard<File>(files: File[]): Promise<File[]> {
    return files;
  }
}

export default {
  root: here,
  cacheDir: resolve(modules, ".vite-ui-tests"),
  resolve: {
    alias: [
      {
        find: "selenium-webdriver",
        replacement: resolve(modules, "selenium-webdriver"),
      },
      {
        find: "playwright-core",
        replacement: resolve(modules, "playwright-core"),
      },
      {
        find: /^vitest$/,
        replacement: resolve(modules, "vitest/dist/index.js"),
      },
    ],
  },
  test: {
    include: [process.env.BANGBAN_GALLERY ? "gallery.ts" : "**/*.test.ts"],
    environment: "node",
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // A screen is looked at until it is what it is to be: a page redraws a moment after it was told to.
    expect: { poll: { timeout: 20_000, interval: 50 } },
    sequence: { sequencer: LongestFirst },
    // Every test by name: scripts/check-mechanisms reads which ones ran.
    reporters: ["verbose"],
  },
};
