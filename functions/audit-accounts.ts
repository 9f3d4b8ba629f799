/**
 * Hourly: compares what the vendors hold with what the database says, finds what stands still, and tells the operator of what is new. Only looks.
 * Idempotent: findings are kept by what they are about, and each is told of once until it comes back.
 */
import { type AuditSettings, auditRound } from '../shared/audit/round';
import { DepositRuleVariables, PortalVariables, TestNumberVariables, variables } from '../shared/config';
import { portalLink } from '../shared/link';
import { numberWebhooks } from '../shared/number-settings';
import { accounting, auditBooks, findings, noticeLog, notices, screenings, telephony } from '../shared/services';
import { ownStage } from '../shared/stage';
import { make } from '../shared/step';

async function settings(): Promise<AuditSettings> {
  return {
    webhooks: numberWebhooks(),
    testNumber: variables(TestNumberVariables).TEST_NUMBER,
    tenantIds: variables(DepositRuleVariables).DEPOSIT_RULE.tenantIds,
    stage: ownStage(),
    boardUrl: portalLink(variables(PortalVariables).PORTAL_URL, '/operator/audits'),
  };
}

export async function handler(): Promise<void> {
  const services = await make({ accounting, auditBooks, findings, noticeLog, notices, screenings, telephony, settings });
  await auditRound(services, new Date());
}
