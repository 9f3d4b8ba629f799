import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Which browser to start; `prepare` may unpack it first. */
interface Candidate {
  name: string;
  prepare: () => Promise<LaunchOptions>;
}

/** A headless Chromium with a fresh profile: `CHROME_PATH`, else the one in node_modules, else the system's. Throws if none starts, saying what to install. */
export async function launchBrowser(): Promise<Browser> {
  const failures: string[] = [];
  for (const { name, prepare } of candidates()) {
    try {
      return await chromium.launch({ args, timeout: 30_000, ...(await prepare()) });
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message.split('\n').slice(0, 12).join('\n    ') : 'unknown'}`);
    }
  }
  throw new Error(
    `no browser could be started. Install one (Debian: apt-get install chromium) or set CHROME_PATH to one.\n  ${failures.join('\n  ')}`,
  );
}

const at = (path: string): Candidate => ({ name: path, prepare: async () => ({ executablePath: path }) });

function candidates(): Candidate[] {
  if (process.env['CHROME_PATH']) return [at(process.env['CHROME_PATH'])];
  return [{ name: '@sparticuz/chromium', prepare: packagedChromium }, ...systemBrowsers.filter((path) => existsSync(path)).map(at)];
}

/** The package brings Chromium for x64 Linux with the few libraries and the font that a bare machine lacks. */
async function packagedChromium(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('is for x64 Linux');
  const { version } = JSON.parse(readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8')) as { version: string };
  const folder = resolve('node_modules/.cache', `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  const configuration = join(folder, 'fonts.conf');
  return {
    executablePath: join(folder, 'chromium'),
    env: { HOME: folder, LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: configuration },
  };
}

/** Beside its place first: tests start at the same time, and one may be killed half-way. */
async function unpack(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await promisify(execFile)(
    process.execPath,
    // The package is an ES module, which jest cannot import. It unpacks its libraries only where it believes to be in Lambda.
    ['--input-type=module', '-e', "import chromium from '@sparticuz/chromium'; await chromium.executablePath();"],
    { env: { TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' } },
  );
  const fonts = `<dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir>`;
  await writeFile(join(unfinished, 'fonts.conf'), `<?xml version="1.0"?>\n<fontconfig>${fonts}</fontconfig>\n`);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true });
  }
}
