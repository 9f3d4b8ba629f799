import { compileDefinition } from './definition';
import { ServiceError } from './errors';
import type { Execution } from './execution';
import type { Journal, StoredDefinition } from './journal';
import type { Program } from './states';

/** A state machine as the template has it. */
export interface StateMachine {
  name: string;
  arn: string;
  /** Parsed ASL with all substitutions made. */
  definition: unknown;
}

/** A loaded state machine. */
export interface LoadedMachine {
  name: string;
  arn: string;
  definition: StoredDefinition;
}

/** The state machines that can be started, and the definitions that executions run by, old ones included. */
export class Machines {
  readonly #journal: Journal;
  readonly #loaded = new Map<string, LoadedMachine>();
  /** By the definition's id. */
  readonly #programs = new Map<string, Program>();

  /** Throws DefinitionError for a machine with anything that is not implemented. */
  constructor(journal: Journal, machines: StateMachine[]) {
    this.#journal = journal;
    for (const { name, arn, definition } of machines) {
      const program = compileDefinition(name, definition);
      const stored = journal.define(definition);
      this.#programs.set(stored.id, program);
      this.#loaded.set(arn, { name, arn, definition: stored });
    }
  }

  all(): LoadedMachine[] {
    return [...this.#loaded.values()];
  }

  /** Throws StateMachineDoesNotExist. */
  get(arn: string): LoadedMachine {
    const machine = this.#loaded.get(arn);
    if (!machine) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** The definition that the execution runs by. */
  definitionOf({ definitionId, arn }: Pick<Execution, 'definitionId' | 'arn'>): StoredDefinition {
    const definition = this.#journal.definition(definitionId);
    if (!definition) throw new Error(`the definition of ${arn} is not in the store`);
    return definition;
  }

  /** The same, compiled. */
  programOf(execution: Pick<Execution, 'definitionId' | 'arn' | 'stateMachineName'>): Program {
    const { definitionId, stateMachineName } = execution;
    const known = this.#programs.get(definitionId);
    if (known) return known;
    const program = compileDefinition(stateMachineName, JSON.parse(this.definitionOf(execution).text));
    this.#programs.set(definitionId, program);
    return program;
  }
}
