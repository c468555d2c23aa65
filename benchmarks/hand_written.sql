-- The three indicators of qof-cancer@2023 about everybody, as a careful analyst would write them for DuckDB by hand:
-- one read of the entries, partial dates as intervals, and the same columns as the columnar evaluator gives.
-- $as_of is the day of the question and of recording; `member` says to which list a concept belongs.
WITH seen AS (
    SELECT e.person, e.entry, m.list, e.episode,
        coalesce(e.first, e.recorded_first, born(p.born_first)) AS f,
        coalesce(e.last, e.recorded_last, $as_of) AS l,
        coalesce(e.recorded_last, $as_of) AS cut_to,
        e.recorded_first, e.recorded_last, e.certain AND NOT m.guessed AS firm
    FROM entries AS e
    JOIN member AS m USING (concept)
    JOIN patients AS p USING (person)
    WHERE e.state = 'done' AND m.list IN ('cancer', 'review', 'support', 'unsuitable', 'dissent', 'invitation')
),
cut AS (
    SELECT person, entry, list, episode, f, least(CASE WHEN f <= cut_to THEN least(l, cut_to) ELSE l END, $as_of) AS l,
        firm AND CASE WHEN f <= cut_to THEN least(l, cut_to) ELSE l END <= $as_of
            AND (recorded_last IS NULL OR recorded_last <= $as_of) AS sure
    FROM seen
    WHERE f <= $as_of AND (recorded_first IS NULL OR recorded_first <= $as_of)
),
cancer AS (
    SELECT person,
        coalesce(max(f) FILTER (sure AND l <= DATE '2024-03-31'), min(f)) AS f,
        max(least(l, DATE '2024-03-31')) AS l,
        bool_or(sure AND l <= DATE '2024-03-31') AS sure
    FROM cut
    WHERE list = 'cancer' AND episode IN ('first', 'new', 'unstated') AND f <= DATE '2024-03-31'
    GROUP BY person
),
activity AS (
    SELECT c.person, any_value(c.f) AS cf, any_value(c.l) AS cl, any_value(c.sure) AS cs,
        min(greatest(a.f, c.f)) FILTER (a.list = 'review') AS rf,
        min(a.l) FILTER (a.list = 'review' AND a.firm) AS rs,
        max(a.l) FILTER (a.list = 'review') AS rl,
        min(greatest(a.f, c.f)) FILTER (a.list = 'support') AS sf,
        min(a.l) FILTER (a.list = 'support' AND a.firm) AS ss,
        max(a.l) FILTER (a.list = 'support') AS sl,
        max(a.l) FILTER (a.list = 'unsuitable') AS ul,
        coalesce(max(a.f) FILTER (a.list = 'unsuitable' AND a.settled), min(a.f) FILTER (a.list = 'unsuitable')) AS uf,
        coalesce(bool_or(a.settled) FILTER (a.list = 'unsuitable'), false) AS us,
        max(a.l) FILTER (a.list = 'dissent') AS dl,
        coalesce(max(a.f) FILTER (a.list = 'dissent' AND a.settled), min(a.f) FILTER (a.list = 'dissent')) AS df,
        coalesce(bool_or(a.settled) FILTER (a.list = 'dissent'), false) AS ds,
        min(a.entry) FILTER (a.list = 'invitation') AS i0, max(a.entry) FILTER (a.list = 'invitation') AS i1,
        min(greatest(a.f, DATE '2023-04-01')) FILTER (a.list = 'invitation') AS if_,
        max(a.l) FILTER (a.list = 'invitation') AS il,
        min(a.entry) FILTER (a.list = 'invitation' AND a.this_year) AS j0,
        max(a.entry) FILTER (a.list = 'invitation' AND a.this_year) AS j1,
        max(a.f) FILTER (a.list = 'invitation' AND a.this_year) AS jf,
        min(a.l) FILTER (a.list = 'invitation' AND a.this_year) AS jl
    FROM cancer AS c
    LEFT JOIN (
        SELECT cut.person, list, entry, cut.f AS f, least(cut.l, DATE '2024-03-31') AS l,
            cut.sure AND cut.l <= DATE '2024-03-31' AS settled,
            cut.sure AND cut.l <= DATE '2024-03-31' AND cut.f > DATE '2023-03-31' AS this_year,
            cut.sure AND cut.l <= DATE '2024-03-31' AND c.sure AND cut.f >= c.l AS firm
        FROM cut JOIN cancer AS c USING (person)
        WHERE cut.f <= DATE '2024-03-31'
            AND (list NOT IN ('review', 'support') OR cut.l >= c.f)
            AND (list <> 'invitation' OR cut.l > DATE '2023-03-31')
    ) AS a ON a.person = c.person
    GROUP BY c.person
),
facts AS (
    SELECT a.person, cf, cl, cs,
        (cs AND cf >= DATE '2003-04-01') AND on_list_s AS in_s, cl >= DATE '2003-04-01' AND on_list_p AS in_p,
        rf IS NOT NULL AS r_p, rs IS NOT NULL AS r_s, rf, coalesce(rs, rl) AS rl,
        sf IS NOT NULL AS s_p, ss IS NOT NULL AS s_s, sf, coalesce(ss, sl) AS sl,
        coalesce(us AND uf > DATE '2023-03-31', false) AS u_s, coalesce(ul > DATE '2023-03-31', false) AS u_p,
        coalesce(ds AND df > DATE '2023-03-31', false) AS d_s, coalesce(dl > DATE '2023-03-31', false) AS d_p,
        coalesce(j1 > j0 AND jf >= jl + 7, false) AS i_s, coalesce(i1 > i0 AND il >= if_ + 7, false) AS i_p,
        new_s, new_p
    FROM activity AS a JOIN (
        SELECT person,
            NOT coalesce(died_first <= DATE '2024-03-31', is_dead)
                AND NOT coalesce(deregistered_first <= DATE '2024-03-31', false)
                AND NOT coalesce(registered_last > DATE '2024-03-31', false) AS on_list_s,
            NOT coalesce(died_last <= DATE '2024-03-31', false)
                AND NOT coalesce(deregistered_last <= DATE '2024-03-31', false)
                AND NOT coalesce(registered_first > DATE '2024-03-31', false) AS on_list_p,
            coalesce(registered_first > DATE '2023-12-31' AND registered_last <= $as_of, false) AS new_s,
            coalesce(least(registered_last, $as_of) > DATE '2023-12-31' AND registered_first <= $as_of, false) AS new_p
        FROM patients
    ) USING (person)
),
tests AS (
    SELECT *,
        cs AND cl <= DATE '2022-03-31' AS a1s, cf <= DATE '2022-03-31' AS a1p,
        coalesce(r_s AND rl <= DATE '2023-03-31', false) AS a2s, coalesce(rf <= DATE '2023-03-31', false) AS a2p,
        coalesce(r_s AND cs AND rl <= (cf + INTERVAL 12 MONTH)::DATE, false) AS a3s,
        coalesce(rf <= (cl + INTERVAL 12 MONTH)::DATE, false) AS a3p,
        cs AND cf > DATE '2023-03-31' AND NOT r_p AS a4s, cl > DATE '2023-03-31' AND NOT r_s AS a4p,
        cs AND cf > DATE '2023-12-31' AS a8s, cl > DATE '2023-12-31' AS a8p,
        cs AND cl <= DATE '2022-12-31' AS b1s, cf <= DATE '2022-12-31' AS b1p,
        coalesce(s_s AND sl <= DATE '2023-03-31', false) AS b2s, coalesce(sf <= DATE '2023-03-31', false) AS b2p,
        coalesce(s_s AND cs AND sl <= cf + 93, false) AS b3s, coalesce(sf <= cl + 93, false) AS b3p,
        cs AND cf > DATE '2023-12-31' AND NOT s_p AS b4s, cl > DATE '2023-12-31' AND NOT s_s AS b4p
    FROM facts
)
SELECT person,
    in_s::TINYINT + in_p::TINYINT AS population,
    CASE WHEN in_p THEN
        a1p::INT
        + (NOT a1s AND a2p)::INT * 2
        + (NOT a1s AND NOT a2s AND (a3p OR (NOT a3s AND NOT a4s AND NOT u_s AND NOT d_s AND NOT i_s AND NOT a8s
            AND NOT new_s)))::INT * 4
        + (NOT a1s AND NOT a2s AND NOT a3s AND a4p)::INT * 8
        + (NOT a1s AND NOT a2s AND NOT a3s AND NOT a4s AND u_p)::INT * 16
        + (NOT a1s AND NOT a2s AND NOT a3s AND NOT a4s AND NOT u_s AND d_p)::INT * 32
        + (NOT a1s AND NOT a2s AND NOT a3s AND NOT a4s AND NOT u_s AND NOT d_s AND i_p)::INT * 64
        + (NOT a1s AND NOT a2s AND NOT a3s AND NOT a4s AND NOT u_s AND NOT d_s AND NOT i_s AND a8p)::INT * 128
        + (NOT a1s AND NOT a2s AND NOT a3s AND NOT a4s AND NOT u_s AND NOT d_s AND NOT i_s AND NOT a8s
            AND new_p)::INT * 256
    ELSE 0 END + (NOT in_s)::INT * 512 AS can004,
    a3s::TINYINT + a3p::TINYINT AS can004_met,
    CASE WHEN in_p THEN
        b1p::INT
        + (NOT b1s AND b2p)::INT * 2
        + (NOT b1s AND NOT b2s AND (b3p OR (NOT b3s AND NOT b4s AND NOT u_s AND NOT d_s AND NOT i_s AND NOT a8s
            AND NOT new_s)))::INT * 4
        + (NOT b1s AND NOT b2s AND NOT b3s AND b4p)::INT * 8
        + (NOT b1s AND NOT b2s AND NOT b3s AND NOT b4s AND u_p)::INT * 16
        + (NOT b1s AND NOT b2s AND NOT b3s AND NOT b4s AND NOT u_s AND d_p)::INT * 32
        + (NOT b1s AND NOT b2s AND NOT b3s AND NOT b4s AND NOT u_s AND NOT d_s AND i_p)::INT * 64
        + (NOT b1s AND NOT b2s AND NOT b3s AND NOT b4s AND NOT u_s AND NOT d_s AND NOT i_s AND a8p)::INT * 128
        + (NOT b1s AND NOT b2s AND NOT b3s AND NOT b4s AND NOT u_s AND NOT d_s AND NOT i_s AND NOT a8s
            AND new_p)::INT * 256
    ELSE 0 END + (NOT in_s)::INT * 512 AS can005,
    b3s::TINYINT + b3p::TINYINT AS can005_met
FROM tests
