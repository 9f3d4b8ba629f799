/** What `npm start` and `npm run rehearse` have in common. */
import { startControlRoom } from './control-room/server';
import { type Endpoints, writeEndpoints } from './endpoints';
import { type Laptop, type LaptopOptions, startLaptop } from './laptop';
import { realVendors, type VendorSettings } from './vendors';

export interface Stack {
  endpoints: Endpoints;
  laptop: Laptop;
  close(): Promise<void>;
}

/** Starts the stack with its control room; `dataDir/endpoints.json` tells tools where everything is. */
export async function startStack(options: LaptopOptions): Promise<Stack> {
  const laptop = await startLaptop(options);
  options.say('control room');
  const room = await startControlRoom(laptop, options.firstPort);
  const endpoints: Endpoints = { controlRoom: room.url, ...laptop.endpoints };
  if (options.dataDir) writeEndpoints(options.dataDir, endpoints);
  return {
    endpoints,
    laptop,
    async close() {
      await room.close();
      await laptop.close();
    },
  };
}

/** Throws what is real and how to go on, unless the caller meant it: a rehearsal buys numbers and writes mails. */
export function refuseRealVendors(vendors: VendorSettings, meant: boolean): void {
  const real = realVendors(vendors);
  if (real.length === 0 || meant) return;
  throw new Error(
    `These lead to real vendors: ${real.join(', ')}.\nA rehearsal would spend real money there. Unset them, or say --real-vendors if you mean it.`,
  );
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs a program; what it throws is said in plain words, with exit code 1. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
