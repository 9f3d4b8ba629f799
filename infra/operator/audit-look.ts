/** The audits for a person: all that is found now, kept nowhere; and the one repair that a person may ask for. */
import type { Audit, Finding } from '../../shared/audit/finding';
import { looks, type LookServices } from '../../shared/audit/round';
import { describeError } from '../../shared/errors';
import { wrongSettings } from '../../shared/purchase';

/** `failures`: audits that could not look, with the reason. */
export interface Looked {
  findings: Finding[];
  failures: { audit: Audit; error: string }[];
}

/** Each audit by itself: a vendor that is down hides nothing that the others find. */
export async function lookAtAll(services: LookServices, now: Date): Promise<Looked> {
  const looked: Looked = { findings: [], failures: [] };
  for (const { audit, look } of looks) {
    try {
      looked.findings.push(...(await look(services, now)));
    } catch (thrown) {
      const { error, reason } = describeError(thrown);
      looked.failures.push({ audit, error: reason ?? error });
    }
  }
  return looked;
}

/** Points each number at us, one at a time, and reads it back. Throws at the first that does not keep it; answers the SIDs that do. */
export async function repairWebhooks(
  sids: readonly string[],
  { auditBooks, telephony, settings }: LookServices,
  by: string,
): Promise<string[]> {
  const repaired: string[] = [];
  for (const sid of sids) {
    await telephony.configure(sid, settings.webhooks);
    const wrong = wrongSettings(await telephony.fetchNumber(sid), settings.webhooks);
    if (wrong.length > 0) throw new Error(`${sid} does not keep ${wrong.join(', ')}: look at it at console.twilio.com.`);
    await auditBooks.recordRepair({ sid, by });
    repaired.push(sid);
  }
  return repaired;
}
