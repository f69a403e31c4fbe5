/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openapi_shapes.c: the shapes of answers, as openapi.h says how they are written. What a row's
 * Column table says is not said again here. A test asks every route and holds the answer
 * against its shape.
 */
#include "subject/proposal.h"
#include "web/openapi.h"

/* clang-format off */
const Shaped openapi_shapes[] = {
    {"Health", "status text", NULL},
    {"House", "demo bool; test_clock bool", NULL},
    {"Done", "done bool", NULL},
    {"Id", "id int", NULL},
    {"Count", "count int", NULL},
    {"Clock", "now instant", NULL},
    {"Ref", "id int; name text", NULL},
    {"AreaRef", "id int; code text?; name text?", NULL},
    {"Place", "lon number; lat number; accuracy_m? int", NULL},
    {"PlaceIn", "lon number; lat number; datum? text; accuracy_m? int", NULL},
    {"Fields", "* value", NULL},
    {"Problem", "type text; title text; status int; detail text; code text; errors [Fault]", NULL},
    {"Fault", "field text; code text; message text", NULL},

    {"Session", "person Ref; csrf text; must_change bool", NULL},
    {"Me", "person Ref; login text; csrf text; must_change bool; demo bool; now instant; region AreaRef?; hat int?; seats [MySeat]; areas [AreaRef]; capabilities [text]", NULL},
    {"MySeat", "id int; role text; title text; area AreaRef?; department Ref?; subject Ref?; how holder|stand_in|liaison; for Ref?", NULL},

    {"Case", "id int; flow text; flow_version int; flow_title text; state text; state_title text; version int; area AreaRef; place Place?; "
             "subject int?; subject_name? text?; matter text; duty Duty?; party Party?; department Ref?; filed? Filed; opened instant; entered instant; due instant?; "
             "due_lines? [text]; late bool; risen [Risen]; watch [int]; similar? [Similar]; fields Fields; parent int?; origin text?; outcome text?; "
             "ended instant?; merged_into int?", NULL},
    {"Duty", "role text; title text; seat int; person Ref?", NULL},
    {"Party", "role text; title text; seat int?; person Ref?; name text?", NULL},
    {"Filed", "person Ref?; seat int?; for int?; mine bool", NULL},
    {"Risen", "role text; title text; seat int; person Ref?; at instant", NULL},
    {"Similar", "id int; state text; subject int?; opened instant; metres int?", NULL},
    {"CasePage", "items [Case]; next text?", NULL},
    {"Moves", "items [Offer]; blocked [Blocked]", NULL},
    {"Offer", "move text; title text; to text; targets? [text]; ask [Ask]; document? text", NULL},
    {"Ask", "name text; title text; kind text; max? int; scale? int; list? text; choices? [Choice]; required bool; required_if? text; default? value", NULL},
    {"Choice", "code text; title text", NULL},
    {"Blocked", "move text; title text; code text; reason text", NULL},
    {"History", "items [Entry]", NULL},
    {"Entry", "no int; at instant; client? instant; verb text; title text; actor Actor?; seat SeatRef?; for? Actor; rows [[any]]", NULL},
    {"Actor", "id int; name text?", NULL},
    {"SeatRef", "id int; role text; title text", NULL},
    {"Sights", "why [text]; items [Sighted]", NULL},
    {"Sighted", "tie duty|area|department|subject|parties|audit|filed; sight open|masked|sealed; seats [SeenBy]", NULL},
    {"SeenBy", "role text; title text; seat int?; person Ref?", NULL},
    {"Papers", "items [Paper]", NULL},
    {"Paper", "id int; document text; seat int; state text; at instant", NULL},
    {"Preview", "area AreaRef; duty Duty?; department Ref?; due instant?; due_lines [text]; why [text]; similar [Similar]", NULL},
    {"BatchItem", "key text; id int; move text; version int; fields? Fields", NULL},
    {"BatchAnswer", "items [BatchResult]; next text?", NULL},
    {"BatchResult", "status int; case? Case; problem? Problem", NULL},
    {"Notices", "items [Notice]; next text?", NULL},
    {"Notice", "id int; case int; kind text; seat int?; at instant", NULL},

    {"Located", "cell Area; path [Area]; duty [Located_Duty]; departments [Located_Lead]", NULL},
    {"Located_Duty", "role text; title text; seat int; person Ref?; how text; why [text]", NULL},
    {"Located_Lead", "matter text; title text; lead Ref?; help [Ref]; why [text]", NULL},
    {"Area", "id int; level text; name text; code text; kind text?; parent int?", NULL},
    {"AreaWhole", "id int; level text; name text; code text; kind text?; parent int?; from instant; to instant?; outlined bool; path [Area]; docking [Docking]; codes [AreaCode]", NULL},
    {"Docking", "code text; name text?", NULL},
    {"AreaCode", "scheme text; code text", NULL},
    {"Areas", "items [Area]; next text?", NULL},
    {"Feature", "type Feature|; id int; properties object; geometry Geometry", NULL},
    {"Features", "type FeatureCollection|; features [Feature]", NULL},
    {"Geometry", "type Polygon|MultiPolygon; coordinates [any]", NULL},
    {"AreaDuty", "area Area; path [Area]; duty [AreaDuty_Duty]; departments [Located_Lead]", NULL},
    {"AreaDuty_Duty", "role text; title text; seat int; person Ref?; phone text?; how text; why [text]", NULL},
    {"Map", "at instant; area AreaRef?; figures MapFigures; cells [MapCell]; vacant [int]; duty [MapShift]; working bool; holiday MapHoliday?", NULL},
    {"MapFigures", "open int; late int; new int; suspected int; major int; sites int; vacant int", NULL},
    {"MapCell", "area int; open int; late int; new int; suspected int; major int", NULL},
    {"MapShift", "seat int; title text; area AreaRef?; person Ref?; phone text?; leader Ref?; from instant; to instant; now bool", NULL},
    {"MapHoliday", "name text; from instant; to instant", NULL},
    {"BlindSpots", "items [BlindSpot]; next text?", NULL},
    {"BlindSpot", "kind text; role text?; title text; area AreaRef?; other int?; subject Ref?; seat int?; person Ref?; since instant?; reason text?", NULL},
    {"Departments", "items [Department]; next text?", NULL},
    {"Department", "id int; code text; name text; name_en text?; supervision text; penalty text; whose text", NULL},

    {"Seats", "items [Seat]; next text?", NULL},
    {"Seat", "id int; role text; title text; ordinal int; area AreaRef?; department Ref?; subject int?; from instant; to instant?; holder? Hold; stand_in? Hold; liaison? Hold; shift? Hold; answers Ref?; roster bool; fills bool", NULL},
    {"Hold", "id int; person Ref?; from instant; to instant?; absent bool; absence? Away", NULL},
    {"Away", "id int; reason leave|sick|training|duty_elsewhere|other; from instant; to instant?", NULL},
    {"Shifts", "items [Shift]; next text?", NULL},
    {"Shift", "id int; person Ref?; from instant; to instant", NULL},
    {"Persons", "items [Person]; next text?", NULL},
    {"Person", "id int; code text?; name text; absent bool", NULL},

    {"Subject", "version int; place? Place; area AreaRef?; department Ref?; department_named bool; parties [SiteParty]?", &subject_table},
    {"SubjectHistory", "items [SubjectEntry]", NULL},
    {"SubjectEntry", "no int; at instant; verb text; title text; actor Actor?; changes [Changed]", NULL},
    {"Changed", "name text; title text; kind text; list? text; value any", NULL},
    {"SiteParty", "role text; name text; subject? int?", NULL},
    {"SubjectPage", "items [Subject]; next text?", NULL},
    {"Points", "items [[any]]; next text?", NULL},
    {"Proposal", "fields Fields?", &proposal_table},
    {"ProposalPage", "items [Proposal]; next text?", NULL},

    {"Flows", "items [FlowVersion]; next text?", NULL},
    {"FlowVersion", "name text; version int; flow Flow", NULL},
    {"Flow", "flow text; title text; states [State]; moves [Move]; fields [Field]; measures [Measure]", NULL},
    {"Measure", "measure text; title text; kind count|late|open|states; of? [text]; figure? text", NULL},
    {"State", "state text; title text; end? text; duty? [text]; party? text; watch? [text]; clock? [Clocked]; document? text", NULL},
    {"Clocked", "term? text; until? text; limit? text", NULL},
    {"Move", "move text; title text; from? [text]; to [Target]; by [text]; not? [text]; ask [Asked]; limit? int; then? text; within? text; document? text; opens? [text]", NULL},
    {"Target", "term? text; state text", NULL},
    {"Asked", "name text; title text; kind text; max? int; scale? int; list? text; choices? [Choice]; required bool; term? text", NULL},
    {"Field", "name text; title text; kind text; max? int; scale? int; list? text; choices? [Choice]; sense text; index? bool", NULL},
    {"Codes", "list text; title text; source text?; items [Code]", NULL},
    {"Code", "code text; title text; retired? bool; * value", NULL},
    {"File", "hash text; size int; type text", NULL},
    {"OpenApi", "*", NULL},
};
/* clang-format on */
const size_t openapi_shape_count = countof(openapi_shapes);
