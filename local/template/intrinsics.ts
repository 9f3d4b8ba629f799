import { z } from 'zod';
import { ACCOUNT, REGION } from '../kernel/wiring';

/** Where references lead: throws for what cannot be resolved. */
export interface References {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  stackName: string;
}

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const GetAtt = z.union([
  z.tuple([z.string(), z.string()]),
  z.string().transform((path): [string, string] => [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)]),
]);
const noValue = Symbol('AWS::NoValue');

/** A template value with every intrinsic function evaluated. Fails on the functions it does not know. */
export function evaluate(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, references)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) return call(only[0], only[1], references);
  return Object.fromEntries(entries.map(([key, item]) => [key, evaluate(item, references)]).filter(([, item]) => item !== noValue));
}

function call(name: string, argument: unknown, references: References): unknown {
  const evaluated = (item: unknown) => evaluate(item, references);
  switch (name) {
    case 'Ref':
      return reference(z.string().parse(argument), references);
    case 'Fn::GetAtt':
      return references.attribute(...GetAtt.parse(argument));
    case 'Fn::Join': {
      const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
      return z.array(Text).parse(evaluated(parts)).join(separator);
    }
    case 'Fn::Split': {
      const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(argument);
      return Text.parse(evaluated(text)).split(separator);
    }
    case 'Fn::Select': {
      const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument);
      return z.array(z.unknown()).parse(evaluated(list))[index];
    }
    case 'Fn::Sub':
      return substitute(argument, references);
    default:
      throw new Error(`intrinsic function ${name} is not supported`);
  }
}

function substitute(argument: unknown, references: References): string {
  const [text, given] = z
    .union([
      z.string().transform((only): [string, Record<string, unknown>] => [only, {}]),
      z.tuple([z.string(), z.record(z.string(), z.unknown())]),
    ])
    .parse(argument);
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    if (name.startsWith('!')) return whole.replace('!', '');
    if (Object.hasOwn(given, name)) return Text.parse(evaluate(given[name], references));
    return Text.parse(name.includes('.') ? references.attribute(...GetAtt.parse(name)) : reference(name, references));
  });
}

function reference(name: string, references: References): unknown {
  switch (name) {
    case 'AWS::Region':
      return REGION;
    case 'AWS::AccountId':
      return ACCOUNT;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return references.stackName;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${references.stackName}/local`;
    case 'AWS::NoValue':
      return noValue;
    default:
      return references.ref(name);
  }
}
