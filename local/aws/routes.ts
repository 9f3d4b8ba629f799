import type { Hono } from 'hono';

/** What a service's middleware leaves for its routes: the Query protocol's form and operation, and how many entries PutEvents has. */
export interface AwsEnv {
  Variables: { action: string; form: URLSearchParams; entryCount: number };
}

/** The endpoint of one service. */
export type AwsRoutes = Hono<AwsEnv>;
