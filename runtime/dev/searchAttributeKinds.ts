import type { SearchAttributeType } from '@temporalio/common';

export interface SearchAttribute {
  name: string;
  type: SearchAttributeType;
}

/** How the command line and the wire call each kind of search attribute. */
export const searchAttributeKinds: Record<SearchAttributeType, { flag: string; code: number }> = {
  TEXT: { flag: 'Text', code: 1 },
  KEYWORD: { flag: 'Keyword', code: 2 },
  INT: { flag: 'Int', code: 3 },
  DOUBLE: { flag: 'Double', code: 4 },
  BOOL: { flag: 'Bool', code: 5 },
  DATETIME: { flag: 'Datetime', code: 6 },
  KEYWORD_LIST: { flag: 'KeywordList', code: 7 },
};
