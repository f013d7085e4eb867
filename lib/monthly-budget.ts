import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';

/**
 * Mails when the month's cost of everything tagged with the stack's name has passed four fifths of the
 * limit, or is forecast to pass it. Counts nothing until the tag is activated for cost allocation.
 *
 * @param limitUsd a month
 */
export function monthlyBudget(scope: Construct, limitUsd: number, email: string): CfnBudget {
  const { stackName } = Stack.of(scope);
  const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: {
      comparisonOperator: 'GREATER_THAN',
      notificationType,
      threshold,
      thresholdType: 'PERCENTAGE',
    },
    subscribers: [{ subscriptionType: 'EMAIL', address: email }],
  });
  return new CfnBudget(scope, 'MonthlyBudget', {
    budget: {
      budgetName: `${stackName}-monthly`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: limitUsd, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:promisewatch:stack$${stackName}`] },
    },
    notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
  });
}
