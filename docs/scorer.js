// Ranks what the search finds: an entry of the index that is the query itself comes first, tasks before
// definitions, and pages about the code last.
var Scorer = {
  score: ([page, , , , score]) => {
    if (page.startsWith("howto/")) return score + 3;
    if (page.startsWith("reference/api/")) return score - 20;
    if (/^(decisions|notebooks)\//.test(page)) return score - 4;
    return score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
