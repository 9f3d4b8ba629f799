import { z } from 'zod';
import { type Resource, Template, UnsupportedTemplate } from './cloud-formation';
import { evaluate, type References } from './intrinsics';
import { type Identity, arn, identityOf } from './names';

/** What only the surroundings of a template know. */
export interface Surroundings {
  /** Default `stack`; part of the names that CloudFormation makes up. */
  stackName?: string;
  /** The local URL of a function's function URL, by function name; a missing trailing slash is added, as AWS has one. */
  functionUrl(functionName: string): string;
  /** Values of template parameters that have no default. */
  parameters?: Record<string, string>;
}

/** One template with its references: the readers of the resource types ask it for evaluated properties. */
export class Stack {
  readonly template: Template;
  readonly #surroundings: Surroundings;
  readonly #references: References;

  constructor(template: unknown, surroundings: Surroundings) {
    this.template = Template.parse(template);
    this.#surroundings = surroundings;
    this.#references = {
      stackName: surroundings.stackName ?? 'stack',
      ref: (logicalId) => this.#ref(logicalId),
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
    };
  }

  /** The resources of one type. */
  of(type: string): { logicalId: string; resource: Resource }[] {
    return Object.entries(this.template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({ logicalId, resource }));
  }

  /**
   * The evaluated properties of a resource. `harmless` ones are left out unread; any other that `schema` (a strict object) does not know is refused.
   */
  properties<T>(logicalId: string, schema: z.ZodType<T>, harmless: string[] = []): T {
    const resource = this.#resource(logicalId);
    if (resource.Condition) throw new UnsupportedTemplate(logicalId, 'conditions are not supported');
    const relevant = Object.entries(resource.Properties).filter(
      ([key]) => key !== 'Tags' && key !== 'Description' && !harmless.includes(key),
    );
    const parsed = schema.safeParse(this.#evaluate(Object.fromEntries(relevant), logicalId));
    if (!parsed.success) throw new UnsupportedTemplate(logicalId, `${resource.Type}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }

  /** The name and ARN of a resource. */
  identity(logicalId: string): Identity {
    const resource = this.#resource(logicalId);
    const identity = identityOf(resource, (property) => {
      const name = this.#evaluate(resource.Properties[property], logicalId);
      return typeof name === 'string' ? name : `${this.#references.stackName}-${logicalId}`;
    });
    if (!identity) throw new UnsupportedTemplate(logicalId, `references to ${resource.Type} are not supported`);
    return identity;
  }

  #evaluate(value: unknown, logicalId: string): unknown {
    try {
      return evaluate(value, this.#references);
    } catch (cause) {
      if (cause instanceof UnsupportedTemplate) throw cause;
      throw new UnsupportedTemplate(logicalId, cause instanceof Error ? cause.message : String(cause));
    }
  }

  #ref(logicalId: string): string {
    const resource = this.template.Resources[logicalId];
    if (!resource) return this.#parameter(logicalId);
    if (resource.Type === 'AWS::Lambda::Url' || resource.Type === 'AWS::Lambda::Alias' || resource.Type === 'AWS::Lambda::Version')
      return this.functionArnOf(logicalId);
    return this.identity(logicalId).ref;
  }

  #attribute(logicalId: string, name: string): string {
    const type = this.#resource(logicalId).Type;
    if (type === 'AWS::Lambda::Url' && name === 'FunctionUrl') {
      const url = this.#surroundings.functionUrl(functionNameOf(this.functionArnOf(logicalId)));
      return url.endsWith('/') ? url : `${url}/`;
    }
    if (type === 'AWS::Lambda::Url' && name === 'FunctionArn') return this.functionArnOf(logicalId);
    const value = this.identity(logicalId).attributes[name];
    if (value === undefined) throw new UnsupportedTemplate(logicalId, `attribute ${name} of ${type} is not supported`);
    return value;
  }

  /** The function behind a URL, an alias or a version; here they are all the function itself. */
  functionArnOf(logicalId: string): string {
    const { Properties } = this.#resource(logicalId);
    const given = z.string().parse(this.#evaluate(Properties['TargetFunctionArn'] ?? Properties['FunctionName'], logicalId));
    return arn('lambda', `function:${functionNameOf(given)}`);
  }

  #resource(logicalId: string): Resource {
    const resource = this.template.Resources[logicalId];
    if (!resource) throw new UnsupportedTemplate(logicalId, 'no such resource in the template');
    return resource;
  }

  #parameter(name: string): string {
    const value = this.#surroundings.parameters?.[name] ?? this.template.Parameters[name]?.Default;
    if (typeof value !== 'string') throw new UnsupportedTemplate(name, 'neither a resource nor a parameter with a value');
    return value;
  }
}

/** `confirm-deposit` of a name, of `arn:aws:lambda:…:function:confirm-deposit` or of a qualified ARN. */
export function functionNameOf(nameOrArn: string): string {
  const [, name] = /^arn:aws:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn) ?? [];
  return name ?? nameOrArn;
}
