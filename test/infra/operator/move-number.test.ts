/** Moving one number: every call can fail before or after it worked, and the command is repeated. */
import { carryOut, type NumberPlan, planNumber, planText } from '../../../infra/operator/number-move';
import { differences, type NumberAccount, numberAccount, ourSettings } from '../../../infra/operator/number-settings';
import { serviceBefore } from '../../../infra/operator/messaging-services';
import { numberWebhooks } from '../../../infra/number-webhooks';
import type { AdoptedNumber, Adoptions, NumberSettings } from '../../../shared/adoption';
import { askAt } from '../../../infra/operator/ask';
import { runId } from '../../fakes/a-run';
import { scriptedServer } from '../../support/scripted-server';

const e164 = '+61480000042';
const ours = ourSettings(
  numberWebhooks((name) => `https://${name}.example/`),
  runId,
);
const before: NumberSettings = {
  ...ours,
  friendly_name: 'Kim',
  sms_url: 'https://old.example/sms',
  sms_method: 'GET',
  sms_fallback_url: '',
  sms_application_sid: 'AP1',
  voice_url: 'https://old.example/voice',
  status_callback: '',
};

type Fault = 'before' | 'after';

/** Twilio and the database, each call of which can fail once, before or after its effect. */
function world({ fault, trunkSid = '', service }: { fault?: { at: number; kind: Fault }; trunkSid?: string; service?: string } = {}) {
  const state = {
    settings: before,
    number: { state: 'adopted', previousSettings: null } as Pick<AdoptedNumber, 'state' | 'previousSettings'>,
  };
  let calls = 0;
  async function call<T>(effect: () => T): Promise<T> {
    const kind = fault?.at === calls ? fault.kind : undefined;
    calls += 1;
    if (kind === 'before') throw new Error('no answer');
    const answer = effect();
    if (kind === 'after') throw new Error('no answer');
    return answer;
  }
  const account: NumberAccount = {
    fetch: () => call(() => ({ settings: state.settings, trunkSid, service })),
    change: (_sid, settings) => call(() => void (state.settings = settings)),
  };
  const { number } = state;
  const adoptions: Omit<Adoptions, 'adopt' | 'numbers'> = {
    beginMove: ({ previous }) =>
      call(() => number.state === 'adopted' && ((number.previousSettings = previous ?? number.previousSettings), true)),
    finishMove: () => call(() => number.state === 'adopted' && ((number.state = 'configured'), true)),
    beginUndo: () => call(() => number.previousSettings !== null && ((number.state = 'adopted'), true)),
    finishUndo: () => call(() => ((number.previousSettings = null), true)),
  };
  const known = (): AdoptedNumber => ({
    e164,
    sid: 'PN1',
    runId,
    businessName: 'Harbour',
    invoiceNumber: 'INV-7',
    movedAt: null,
    ...number,
  });
  async function command(direction: NumberPlan['direction']): Promise<NumberPlan> {
    const plan = await planNumber({ number: known(), direction, ours }, { account });
    await carryOut(plan, { account, adoptions }, 'Pat');
    return plan;
  }
  return { state, command, known, account, calls: () => calls };
}

test('a move keeps what was, changes all of it, and counts after reading back; undo gives it back', async () => {
  const { state, command } = world();
  await command('move');
  expect(state).toEqual({ settings: ours, number: { state: 'configured', previousSettings: before } });
  await command('move');
  expect(state.number.previousSettings).toEqual(before);
  await command('undo');
  expect(state).toEqual({ settings: before, number: { state: 'adopted', previousSettings: null } });
});

const kinds: Fault[] = ['before', 'after'];
const faults = (most: number) => kinds.flatMap((kind) => Array.from({ length: most }, (_, at) => ({ at, kind })));

test.each(faults(6))(
  'a move whose call $at fails $kind its effect is finished by the next, and undo still gives back what was',
  async (fault) => {
    const { state, command } = world({ fault });
    await command('move').catch(() => command('move'));
    expect(state).toEqual({ settings: ours, number: { state: 'configured', previousSettings: before } });
    await command('undo');
    expect(state).toEqual({ settings: before, number: { state: 'adopted', previousSettings: null } });
  },
);

test.each(faults(6))('an undo whose call $at fails $kind its effect is finished by the next', async ({ at, kind }) => {
  const moved = world();
  await moved.command('move');
  const { state, command } = world({ fault: { at, kind } });
  Object.assign(state.number, { state: 'configured', previousSettings: before });
  state.settings = ours;
  const first = await command('undo').catch(() => 'failed');
  // Lost after its very last effect there is nothing left to undo, and the command says so.
  const second = first === 'failed' ? await command('undo').catch(({ message }: Error) => message) : '';
  expect(typeof second === 'object' ? '' : second).toMatch(/^$|nothing to go back to/);
  expect(state).toEqual({ settings: before, number: { state: 'adopted', previousSettings: null } });
});

test.each(faults(6))('an undo whose call $at fails $kind its effect can be given up: the number moves again, and back', async (fault) => {
  const { state, command } = world({ fault });
  Object.assign(state.number, { state: 'configured', previousSettings: before });
  state.settings = ours;
  await command('undo').catch(() => undefined);
  await command('move');
  expect(state).toEqual({ settings: ours, number: { state: 'configured', previousSettings: before } });
});

test('settings that somebody has changed by hand since a move that died are what an undo gives back', async () => {
  const { state, command } = world({ fault: { at: 3, kind: 'before' } });
  await expect(command('move')).rejects.toThrow('no answer');
  expect(state).toMatchObject({ settings: before, number: { previousSettings: before } });
  const changed = { ...before, sms_url: 'https://newer.example/sms' };
  state.settings = changed;
  await command('move');
  expect(state.number.previousSettings).toEqual(changed);
});

test('a moved number that has drifted is put right and keeps what was before the move', async () => {
  const { state, command } = world();
  await command('move');
  state.settings = { ...ours, sms_url: 'https://typo.example' };
  expect((await command('move')).changes).toEqual(['sms_url']);
  expect(state).toEqual({ settings: ours, number: { state: 'configured', previousSettings: before } });
});

test('a setting that Twilio does not keep is named, and the number does not count as ours', async () => {
  const { state, command, account } = world();
  account.change = async () => {
    state.settings = { ...ours, sms_application_sid: 'AP1' };
  };
  await expect(command('move')).rejects.toThrow('did not keep sms_application_sid');
  expect(state.number.state).toBe('adopted');
});

test('a number on a SIP trunk or in a Messaging Service is not moved, and one that was not moved has nothing to go back to', async () => {
  await expect(world({ trunkSid: 'TK1' }).command('move')).rejects.toThrow(/SIP trunk TK1/);
  await expect(world({ service: 'Clients' }).command('move')).rejects.toThrow(/Messaging Service "Clients"/);
  await expect(world().command('undo')).rejects.toThrow(/nothing to go back to/);
});

test('the plan shows each change, now and then', async () => {
  const { account, known } = world();
  const plan = await planNumber({ number: known(), direction: 'move', ours }, { account });
  expect(plan.changes).toEqual(differences(before, ours));
  expect(planText(plan)).toContain('  status_callback\n    now:  (nothing)\n    then: https://voice-webhook.example/api/voice/status');
  expect(planText({ ...plan, changes: [] })).toContain('Twilio has it as we want it already');
});

const twilio = async () => {
  const server = await scriptedServer();
  return { server, account: numberAccount({ ask: askAt(server.url), messaging: askAt(server.url) }, { accountSid: 'AC1' }) };
};

const aService = (sid: string, defers: boolean) => ({ sid, friendly_name: `Service ${sid}`, use_inbound_webhook_on_number: defers });
const page = (services: unknown[], next?: string) => ({ status: 200, body: { services, meta: { next_page_url: next ?? null } } });

describe('at Twilio', () => {
  test('what is not set is read as empty', async () => {
    const { server, account } = await twilio();
    const shown = { ...before, sms_fallback_url: null, status_callback: undefined, trunk_sid: null, extra: 1 };
    server.script({ status: 200, body: shown }, { status: 404, body: {} });
    expect(await account.fetch('PN1')).toEqual({ settings: before, trunkSid: '', service: undefined });
    expect(server.requests[0]?.path).toBe('/2010-04-01/Accounts/AC1/IncomingPhoneNumbers/PN1.json');
    await server.close();
  });

  test('every setting is sent by its parameter’s name, empty ones too', async () => {
    const { server, account } = await twilio();
    server.script({ status: 200, body: {} });
    await account.change('PN1', ours);
    const sent = Object.fromEntries(new URLSearchParams(server.requests[0]?.body));
    expect(sent).toEqual({
      FriendlyName: `run-${runId}`,
      SmsUrl: 'https://sms-webhook.example/api/sms/webhook#rc=2&rp=all',
      SmsMethod: 'POST',
      SmsFallbackUrl: 'https://sms-fallback.example/api/sms/fallback',
      SmsFallbackMethod: 'POST',
      SmsApplicationSid: '',
      VoiceUrl: 'https://voice-webhook.example/api/voice/webhook',
      VoiceMethod: 'POST',
      VoiceApplicationSid: '',
      StatusCallback: 'https://voice-webhook.example/api/voice/status',
      StatusCallbackMethod: 'POST',
    });
    await server.close();
  });

  test.each([
    ['a refusal', { status: 400, body: { code: 21402, message: 'Url is not valid' } }, 'Url is not valid (21402)'],
    ['no answer', 'hang-up' as const, 'gave no answer'],
  ])('%s is told in Twilio’s words', async (_what, answer, words) => {
    const { server, account } = await twilio();
    server.script(answer);
    await expect(account.change('PN1', ours)).rejects.toThrow(words);
    await server.close();
  });

  describe('Messaging Services', () => {
    test('one that has the number and does not defer to it is named, on whichever page', async () => {
      const server = await scriptedServer();
      const next = `${server.url}/v1/Services?PageSize=100&Page=1`;
      server.script(page([aService('MG1', true), aService('MG2', false)], next), { status: 404 }, page([aService('MG3', false)]), {
        status: 200,
        body: {},
      });
      expect(await serviceBefore('PN1', askAt(server.url))).toBe('Service MG3');
      expect(server.requests.map(({ path }) => path)).toEqual([
        '/v1/Services',
        '/v1/Services/MG2/PhoneNumbers/PN1',
        '/v1/Services',
        '/v1/Services/MG3/PhoneNumbers/PN1',
      ]);
      await server.close();
    });

    test.each([
      ['without any', [page([])]],
      ['whose pool the number is not in', [page([aService('MG1', false)]), { status: 404 }]],
      ['that all defer to the number', [page([aService('MG1', true)])]],
    ])('an account %s holds nothing back', async (_what, answers) => {
      const server = await scriptedServer();
      server.script(...answers);
      expect(await serviceBefore('PN1', askAt(server.url))).toBeUndefined();
      await server.close();
    });

    test('no answer is no permission', async () => {
      const server = await scriptedServer();
      server.script({ status: 503 }, page([aService('MG1', false)]), { status: 500 });
      await expect(serviceBefore('PN1', askAt(server.url))).rejects.toThrow('answered 503');
      await expect(serviceBefore('PN1', askAt(server.url))).rejects.toThrow('answered 500');
      await server.close();
    });
  });
});
