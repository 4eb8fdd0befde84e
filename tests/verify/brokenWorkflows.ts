import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { sleep, upsertSearchAttributes } from '@temporalio/workflow';

/** Set by Temporal itself, after a task has failed five times in a row: that takes it a minute. */
const reportedProblems = defineSearchAttributeKey('TemporalReportedProblems', SearchAttributeType.KEYWORD_LIST);

/** A release whose workflow code has a fault: each of its tasks fails, again and again. */
export async function processOrder(): Promise<void> {
  upsertSearchAttributes([
    { key: reportedProblems, value: ['category=WorkflowTaskFailed', 'cause=WorkflowTaskFailedCauseUnhandledFailure'] },
  ]);
  await sleep(1);
  throw new TypeError('a fault of the code');
}
