import { bundleSizes } from '../../infra/bundle-budgets';

test.each(bundleSizes().map(({ name, kb, budgetKb }) => [name, kb, budgetKb] as const))(
  '%s stays within its budget',
  (_name, kb, budgetKb) => {
    expect(kb).toBeLessThan(budgetKb);
  },
);
