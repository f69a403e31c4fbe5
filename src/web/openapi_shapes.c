/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openapi_shapes.c: the shapes of answers, as openapi.h says how they are written; those of
 * nouns are in their descriptors. A test asks every route and holds the answer against its
 * shape.
 */
#include "web/openapi.h"

/* clang-format off */
const Shaped openapi_shapes[] = {
    {"Health", "status text"},
    {"House", "demo bool; test_clock bool"},
    {"Done", "done bool"},
    {"Views", "items [View]; next text?"},
    {"View", "name text; query text"},
    {"Id", "id int"},
    {"Count", "count int; at_least? bool"},
    {"Clock", "now instant"},
    {"Ref", "id int; name text"},
    {"AreaRef", "id int; code text?; name text?"},
    {"Place", "lon number; lat number; accuracy_m? int"},
    {"PlaceIn", "lon number; lat number; datum? text; accuracy_m? int"},
    {"Fields", "* value"},
    {"SubjectFields", "* any"},
    {"Problem", "type text; title text; status int; detail text; code text; errors [Fault]"},
    {"Fault", "field text; code text; message text"},

    {"Session", "person Ref; csrf text; must_change bool"},
    {"Me", "person Ref; login text; csrf text; must_change bool; demo bool; now instant; region AreaRef?; hat int?; seats [MySeat]; areas [AreaRef]; capabilities [text]"},
    {"MySeat", "id int; role text; title text; area AreaRef?; department Ref?; subject Ref?; how holder|stand_in|liaison; for Ref?"},

    {"Case", "id int; flow text; flow_version int; flow_title text; state text; state_title text; version int; area AreaRef; place Place?; "
             "subject int?; subject_name? text?; matter text; duty Duty?; party Party?; department Ref?; filed? Filed; opened instant; entered instant; due instant?; "
             "due_lines? [text]; late bool; risen [Risen]; watch [int]; similar? [Similar]; fields Fields; parent int?; origin text?; outcome text?; "
             "ended instant?; merged_into int?"},
    {"Duty", "role text; title text; seat int; person Ref?"},
    {"Party", "role text; title text; seat int?; person Ref?; name text?"},
    {"Filed", "person Ref?; seat int?; for int?; mine bool"},
    {"Risen", "role text; title text; seat int; person Ref?; at instant"},
    {"Similar", "id int; state text; subject int?; opened instant; metres int?"},
    {"CasePage", "items [Case]; next text?"},
    {"Moves", "items [Offer]; blocked [Blocked]"},
    {"Offer", "move text; title text; to text; targets? [text]; ask [Ask]; document? text; decide? text; whom? text"},
    {"Ask", "name text; title text; kind text; max? int; scale? int; list? text; choices? [Choice]; required bool; required_if? text; default? value"},
    {"Choice", "code text; title text"},
    {"Blocked", "move text; title text; code text; reason text"},
    {"History", "items [Entry]"},
    {"Entry", "no int; at instant; client? instant; verb text; title text; actor Actor?; seat SeatRef?; for? Actor; rows [[any]]"},
    {"Actor", "id int; name text?"},
    {"SeatRef", "id int; role text; title text"},
    {"Sights", "why [text]; items [Sighted]"},
    {"Sighted", "tie duty|area|department|subject|parties|audit|filed; sight open|masked|sealed; seats [SeenBy]"},
    {"SeenBy", "role text; title text; seat int?; person Ref?"},
    {"Papers", "items [Paper]"},
    {"Paper", "id int; document text; seat int; state text; at instant"},
    {"Preview", "area AreaRef; duty Duty?; department Ref?; due instant?; due_lines [text]; why [text]; similar [Similar]"},
    {"BatchItem", "key text; id int; move text; version int; fields? Fields"},
    {"BatchAnswer", "items [BatchResult]; next text?"},
    {"BatchResult", "status int; case? Case; problem? Problem"},
    {"Notices", "items [Notice]; next text?"},
    {"Notice", "id int; case int; kind text; seat int?; at instant"},

    {"Located", "cell Area; path [Area]; duty [Located_Duty]; departments [Located_Lead]"},
    {"Located_Duty", "role text; title text; seat int; person Ref?; how text; why [text]"},
    {"Located_Lead", "matter text; title text; lead Ref?; help [Ref]; why [text]"},
    {"Docking", "code text; name text?"},
    {"AreaCode", "scheme text; code text"},
    {"Feature", "type Feature|; id int; properties object; geometry Geometry"},
    {"Features", "type FeatureCollection|; features [Feature]"},
    {"Geometry", "type Polygon|MultiPolygon; coordinates [any]"},
    {"AreaDuty", "area Area; path [Area]; duty [AreaDuty_Duty]; departments [Located_Lead]"},
    {"AreaDuty_Duty", "role text; title text; seat int; person Ref?; phone text?; how text; why [text]"},
    {"Map", "at instant; area AreaRef?; figures MapFigures; cells [MapCell]; vacant [int]; duty [MapShift]; working bool; holiday MapHoliday?; partial? bool"},
    {"MapFigures", "open int; late int; new int; suspected int; major int; sites int; vacant int"},
    {"MapCell", "area int; open int; late int; new int; suspected int; major int"},
    {"MapShift", "seat int; title text; area AreaRef?; person Ref?; phone text?; leader Ref?; from instant; to instant; now bool"},
    {"MapHoliday", "name text; from instant; to instant"},
    {"BlindSpots", "items [BlindSpot]; next text?"},
    {"BlindSpot", "kind text; role text?; title text; area AreaRef?; other int?; subject Ref?; seat int?; person Ref?; since instant?; reason text?"},

    {"Hold", "id int; person Ref?; from instant; to instant?; absent bool; absence? Away"},
    {"Away", "id int; reason leave|sick|training|duty_elsewhere|other; from instant; to instant?"},
    {"Shifts", "items [Shift]; next text?"},
    {"Shift", "id int; person Ref?; from instant; to instant"},

    {"NounHistory", "items [NounEntry]"},
    {"NounEntry", "no int; at instant; verb text; title text; actor Actor?; changes [Changed]"},
    {"Changed", "name text; title text; kind text; list? text; value any"},
    {"SiteParty", "role text; name text; subject? int?"},
    {"Nouns", "items [Noun]; next text?"},
    {"Noun", "name text; title text; dated bool; columns [FormField]; filters [FormField]; verbs [NounVerb]"},
    {"NounVerb", "verb text; title text; form [FormField]"},
    {"FormField", "name text; title text; kind text; required? bool; max? int; scale? int; list? text; choices? [Choice]"},
    {"Points", "items [[any]]; partial? bool; next text?"},

    {"Flows", "items [FlowVersion]; next text?"},
    {"FlowVersion", "name text; version int; flow Flow"},
    {"Flow", "flow text; title text; states [State]; moves [Move]; fields [Field]; measures [Measure]"},
    {"Measure", "measure text; title text; kind count|late|open|states; of? [text]; figure? text"},
    {"State", "state text; title text; end? text; duty? [text]; party? text; watch? [text]; clock? [Clocked]; document? text"},
    {"Clocked", "term? text; until? text; limit? text"},
    {"Move", "move text; title text; from? [text]; to [Target]; by [text]; not? [text]; ask [Asked]; limit? int; then? text; within? text; document? text; decide? text; opens? [text]"},
    {"Target", "term? text; state text"},
    {"Asked", "name text; title text; kind text; max? int; scale? int; list? text; choices? [Choice]; required bool; term? text"},
    {"Field", "name text; title text; kind text; max? int; scale? int; list? text; choices? [Choice]; sense text; index? bool"},
    {"Codes", "list text; title text; source text?; items [Code]"},
    {"Code", "code text; title text; retired? bool; * value"},
    {"File", "hash text; size int; type text"},
    {"OpenApi", "*"},
};
/* clang-format on */
const size_t openapi_shape_count = countof(openapi_shapes);
