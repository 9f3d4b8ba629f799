import { resolve } from 'node:path';
import { functionNames } from '../../../infra/function-settings';
import { stages } from '../../../infra/stages';
import { builtFunctions, synthesise } from '../../../infra/synthesise';
import { checkWiring } from '../../../local/aws/wiring-check';
import { createEventBus } from '../../../local/event-bus/event-bus';
import { openKernel } from '../../../local/kernel/kernel';
import { builtBundles } from '../../../local/template/bundles';
import { functionUrlNames, readTemplate } from '../../../local/template/template';

test('reads the whole synthesised app: every function built, every end of a wire there, every pattern and schedule understood', async () => {
  const kernel = openKernel(undefined);
  try {
    const template = synthesise(stages.local);
    const model = readTemplate(template, {
      functionUrl: (name) => `http://127.0.0.1:4000/${name}`,
      bundleFile: builtBundles(builtFunctions),
    });
    checkWiring(model);
    createEventBus(kernel, { buses: model.buses.map(({ name }) => name), rules: model.rules, deliver: async () => undefined });
    expect(model.functions.map(({ bundleFile }) => bundleFile).sort()).toEqual(
      functionNames.map((name) => resolve(builtFunctions, name, 'index.js')).sort(),
    );
    expect(functionUrlNames(template)).toEqual(model.functionUrls);
    expect(model.stateMachines).toHaveLength(2);
    for (const { definition } of model.stateMachines) expect(definition).not.toContain('${');
  } finally {
    await kernel.close();
  }
});
