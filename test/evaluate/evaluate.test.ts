import { readCorpus } from './corpus';
import type { Judged } from './replay';
import { ratesOf, reportOf, thresholds } from './report';
import { replayAll } from './run';

beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

test.each(['none', 'local'])('the corpus passes with the model "%s"', async (model) => {
  const judged = await replayAll(model);
  expect(
    reportOf(judged, model)
      .split('\n')
      .filter((line) => line.includes('BELOW') || line.startsWith('- ')),
  ).toEqual([]);
});

test('the corpus is as wide as promised: five trades, at least sixty conversations, every kind of trouble', () => {
  const trades = readCorpus();
  const conversations = trades.flatMap((trade) => trade.conversations);
  expect(trades.map(({ trade }) => trade)).toEqual(['cleaner', 'electrician', 'mechanic', 'plumber', 'salon']);
  expect(conversations.length).toBeGreaterThanOrEqual(60);
  const kinds = Map.groupBy(conversations, ({ kind }) => kind);
  for (const kind of ['slang', 'anger', 'emergency', 'spam', 'language', 'hostile', 'opt-out', 'booking', 'settings'] as const) {
    expect([kind, (kinds.get(kind)?.length ?? 0) >= 3]).toEqual([kind, true]);
  }
  expect(new Set(trades.flatMap((trade) => trade.conversations.map(({ name }) => `${trade.trade}: ${name}`))).size).toBe(
    conversations.length,
  );
});

const failed = (property: 'no price' | 'correct booking'): Judged => ({
  trade: 'x',
  name: 'y',
  kind: 'z',
  transcript: [],
  checks: [...Array.from({ length: 500 }, () => ({ property, failure: undefined })), { property, failure: 'wrong' }],
});

test('a single price, or a booking that was not wanted, fails the evaluation', () => {
  for (const property of ['no price', 'correct booking'] as const) {
    expect(thresholds[property]).toBe(1);
    expect(ratesOf([failed(property)]).find((rate) => rate.property === property)?.isEnough).toBe(false);
  }
});
