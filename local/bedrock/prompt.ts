import { z } from 'zod';

/** The facts that the product's prompt carries as one line of JSON. */
const Prompt = z.object({
  business: z.object({ name: z.string(), tone: z.string().optional(), hours: z.string().nullable(), phone: z.string().nullable() }),
  lead: z.record(z.string(), z.string().nullable()),
  offeredBefore: z.array(z.string()),
  next: z.object({ move: z.string(), ask: z.string().nullable(), times: z.array(z.string()) }),
  isFirst: z.boolean(),
});
export type Prompt = z.infer<typeof Prompt>;

/** Undefined if the prompt has no such line. */
export function readPrompt(system: string): Prompt | undefined {
  const [, json] = /^Facts: (\{.*\})$/m.exec(system) ?? [];
  try {
    return json === undefined ? undefined : Prompt.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
