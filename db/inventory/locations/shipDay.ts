/**
 * The day on which a location, a row `p` of locations, sends what is ready now: today by its own clock, tomorrow once its cut-off has
 * passed. The same rule as `leavesAt`.
 */
export const SHIP_DAY = `((now() AT TIME ZONE p.time_zone)::date
  + CASE WHEN (now() AT TIME ZONE p.time_zone)::time >= p.cut_off THEN 1 ELSE 0 END)`;

/** Of such a row, what `leavesAt` asks for. */
export const CUT_OFF = `CASE WHEN p.cut_off IS NOT NULL THEN
  json_build_object('at', to_char(p.cut_off, 'HH24:MI:SS'), 'timeZone', p.time_zone) END`;
