/** Daily: deletes leads with all their texts once their business no longer keeps them (24 months unless it chose otherwise). Idempotent: what is gone is gone. */
import { log } from '../shared/log';
import type { Services } from '../shared/ports';
import { retention } from '../shared/services';
import { make } from '../shared/step';

type Uses = Pick<Services, 'retention'>;

/** A batch is one transaction: small enough to hold no lock for long. */
const batch = 100;
/** 200 batches of about 100 ms are well within the function's two minutes; the next day takes what is left. */
const mostBatches = 200;

/** Answers how many leads went. */
export async function purgeOldLeads({ retention }: Uses): Promise<number> {
  let purged = 0;
  for (let round = 0; round < mostBatches; round += 1) {
    const gone = await retention.purgeLeads(batch);
    purged += gone;
    if (gone < batch) break;
  }
  await retention.purgeLeftovers();
  return purged;
}

export async function handler(): Promise<void> {
  log.info('old leads deleted', { leads: await purgeOldLeads(await make({ retention })) });
}
