// The edits: what differs from the case, as texts that a change would write.

const NO_EDITS = { changes: {}, uses: {}, given: null, day: null, scenario: null };

export function editsStore(onChange) {
  let edits = structuredClone(NO_EDITS);
  return {
    get edits() {
      return edits;
    },
    get isChanged() {
      const { changes, uses, given, day, scenario } = edits;
      return Object.keys(changes).length + Object.keys(uses).length > 0 || [given, day, scenario].some((each) => each !== null);
    },
    valueOf({ field, name, now }) {
      const value = field === "changes" || field === "uses" ? edits[field][name] : edits[field];
      return value ?? now;
    },
    change(control, text) {
      const { field, name, now } = control;
      const value = text === now ? null : text;
      if (field !== "changes" && field !== "uses") edits = { ...edits, [field]: value };
      else {
        const { [name]: _, ...others } = edits[field];
        edits = { ...edits, [field]: value === null ? others : { ...others, [name]: value } };
      }
      onChange();
    },
    reset() {
      edits = structuredClone(NO_EDITS);
      onChange(true);
    },
    take(others) {
      edits = { ...structuredClone(NO_EDITS), ...others };
    },
  };
}
