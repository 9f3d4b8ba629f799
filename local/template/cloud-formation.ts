import { z } from 'zod';

/** One resource of a synthesised CloudFormation template. */
export const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;

/** The sections of a template that the laptop reads. */
export const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
});
export type Template = z.infer<typeof Template>;

/** The template says something that the laptop does not do; starting anyway would hide a wiring mistake. */
export class UnsupportedTemplate extends Error {
  override name = 'UnsupportedTemplate';

  constructor(logicalId: string, reason: string) {
    super(`${logicalId}: ${reason}`);
  }
}
