import type { SystemTests } from '../../shared/ports/ledger';
import { type Script, scripted } from './script';

type Result = Awaited<ReturnType<SystemTests['result']>>;

/** The test of one run; `result` is what came of it. */
export function fakeSystemTests({ result, ...script }: { result?: Partial<Result> } & Script<SystemTests> = {}) {
  const tests = new Map<string, { nonce: string; messageSid: string | null }>();
  const identities = new Map<string, string>();
  const port: SystemTests = {
    async plan(runId, nonce) {
      const test = tests.get(runId) ?? { nonce, messageSid: null };
      tests.set(runId, test);
      return { ...test };
    },
    async recordSent({ runId, messageSid }) {
      const test = tests.get(runId);
      if (test) test.messageSid = messageSid;
    },
    result: async () => ({ leadId: null, inboundBody: null, reply: null, ...result }),
    async beginIdentity({ runId, userId }) {
      const before = identities.get(runId) ?? null;
      identities.set(runId, userId);
      return before === userId ? null : before;
    },
    async endIdentity(runId) {
      const before = identities.get(runId) ?? null;
      identities.delete(runId);
      return before;
    },
  };
  return { ...scripted(port, script), tests, identities };
}
