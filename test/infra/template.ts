/** The synthesised template of a stage, and what the tests ask it. */
import { synthesise } from '../../infra/synthesise';
import { type StageName, stages } from '../../infra/stages';

/** As CloudFormation has them: anything. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Properties = Record<string, any>;
export interface Resource {
  Type: string;
  Properties: Properties;
  DependsOn?: string[];
  DeletionPolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

const cache = new Map<StageName, Template>();

/** Synthesised once per test file. */
export function templateOf(stage: StageName): Template {
  const made = cache.get(stage) ?? (synthesise(stages[stage]) as unknown as Template);
  cache.set(stage, made);
  return made;
}

/** Resources of one type, by logical id. */
export function ofType({ Resources }: Template, type: string): [logicalId: string, resource: Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

const withoutStage = (functionName: string) => functionName.replace(/^coresentia-[a-z]+-/, '');

/** A function with the statements of its role and its variables, by the name without the stage. */
export function functionOf(template: Template, name: string) {
  const found = ofType(template, 'AWS::Lambda::Function').find(([, { Properties }]) => withoutStage(Properties.FunctionName) === name);
  if (!found) throw new Error(`no function ${name}`);
  const [logicalId, { Properties }] = found;
  const role: string = Properties.Role['Fn::GetAtt'][0];
  return {
    logicalId,
    properties: Properties,
    variables: (Properties.Environment?.Variables ?? {}) as Record<string, unknown>,
    statements: statementsOf(template, role),
  };
}

export interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

/** What a role may do, from the policies attached to it. */
export function statementsOf(template: Template, role: string): Statement[] {
  return ofType(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties.Roles.some((each: { Ref: string }) => each.Ref === role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}

/** Actions with their resources as text. */
export function grantsOf(statements: Statement[]): Record<string, string> {
  return Object.fromEntries(
    statements.flatMap(({ Action, Resource }) => [Action].flat().map((action) => [action, JSON.stringify(Resource)])),
  );
}

/** Logical ids that a value refers to. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [Array.isArray(inner) ? String(inner[0]) : String(inner).replace(/\..*$/, '')];
    if (key === 'Fn::Sub') return [...JSON.stringify(inner).matchAll(/\$\{(\w+)[.}]/g)].map(([, id]) => id!).concat(referencesIn(inner));
    if (key === 'DependsOn') return [inner].flat().map(String);
    return referencesIn(inner);
  });
}

/** A circle of resources that CloudFormation could not create, or undefined. */
export function cycleIn({ Resources }: Template): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, path: string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id) || !Resources[id]) return undefined;
    for (const next of referencesIn(Resources[id])) {
      const cycle = visit(next, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(Resources)) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}
