/** What every part of the control room is given. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { database } from '../../shared/clients/supabase/database';
import { supabaseRunReader } from '../../shared/clients/supabase/run-reader';
import type { RunReader, RunSummary } from '../../shared/run-report';
import type { Laptop } from '../laptop';
import { ONLOOKER_HEADER } from '../supabase/settings';
import { ClockMoves } from './clock-moves';

export interface Room {
  laptop: Laptop;
  clock: ClockMoves;
  /** Reads the database without using up its faults. */
  onlooker: SupabaseClient;
  runs: RunReader;
  /** All runs by execution; as they were at most 3 seconds ago if no execution has moved since. For the page, which asks each second. */
  recentRuns(): Promise<Map<string, RunSummary>>;
}

/** Opens the control room of a running stack. */
export function openRoom(laptop: Laptop): Room {
  const { supabase, keys } = laptop.endpoints;
  const onlooker = createClient(supabase, keys.supabaseSecret, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { headers: { [ONLOOKER_HEADER]: '1' } },
  });
  const runs = supabaseRunReader(database(onlooker));
  return { laptop, onlooker, runs, clock: new ClockMoves(laptop.kernel), recentRuns: keptWhileNothingMoves(laptop, runs) };
}

const KEEP_MS = 3000;

/** The list costs a database query over all clients; where the executions are is known in memory. */
function keptWhileNothingMoves({ stepFunctions }: Laptop, runs: RunReader): Room['recentRuns'] {
  let kept: { moves: string; atMs: number; runs: Promise<Map<string, RunSummary>> } | undefined;
  return () => {
    const moves = stepFunctions
      .executions()
      .map(({ status, currentStates, redriveCount }) => `${status} ${currentStates.join()} ${redriveCount}`)
      .join('\n');
    if (kept && kept.moves === moves && performance.now() - kept.atMs < KEEP_MS) return kept.runs;
    const fresh = byExecution(runs);
    kept = { moves, atMs: performance.now(), runs: fresh };
    fresh.catch(() => {
      kept = undefined;
    });
    return fresh;
  };
}

/** All runs that have an execution, by its ARN. */
export async function byExecution(runs: RunReader): Promise<Map<string, RunSummary>> {
  return new Map((await runs.runs()).flatMap((run) => (run.executionId ? [[run.executionId, run]] : [])));
}
