import { ClockMoves } from '../../../local/control-room/clock-moves';

test('moves are made one at a time in the order they were asked for, and a failed one does not block the next', async () => {
  const made: string[] = [];
  let open = 0;
  const kernel = {
    async advance(seconds: number) {
      open += 1;
      expect(open).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      made.push(`+${seconds}`);
      open -= 1;
      if (seconds === 2) throw new Error('broken');
    },
    async untilIdle(withinSeconds?: number) {
      made.push(`idle ${withinSeconds}`);
    },
  };
  const moves = new ClockMoves(kernel);
  const asked = [{ advanceSeconds: 1 }, { advanceSeconds: 2 }, { untilIdle: true as const, withinSeconds: 9 }].map((move) =>
    moves.move(move),
  );
  expect(moves.open).toBe(3);
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(made).toEqual(['+1', '+2', 'idle 9']);
  expect(moves.open).toBe(0);
});
