/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_internal.h: how subjects lie in memory, and the rules that every way of writing one
 * shares. Private to this folder.
 */
#ifndef SUBJECT_SUBJECT_INTERNAL_H
#define SUBJECT_SUBJECT_INTERNAL_H

#include <pthread.h>

#include "noun/noun_engine.h"
#include "subject/subject.h"

typedef uint16_t Word; /* a kind or a matter, by number; 0: null */
#define WORDS_MOST 4096

/* What a page filters by. */
typedef struct {
    int64_t id, area, department;
    const int64_t *parties; /* subjects in the chain */
    Word matters[SUBJECT_MATTERS_MOST];
    int32_t lon, lat;             /* PLACE_NONE: nobody said where */
    int32_t site_start, site_end; /* days; SITE_NONE: no site, no end known */
    Word kind;
    uint8_t matter_count, party_count;
    uint8_t colour, status; /* position in their choices + 1; 0: null */
} SubjectMark;

#define PLACE_NONE INT32_MAX
#define SITE_NONE  INT32_MAX

/* The marks of one region, in order of id: ids only grow, and subjects are never deleted. */
typedef struct Shelf Shelf;
struct Shelf {
    Shelf *next;
    int64_t region;
    SubjectMark **chunks;
    size_t room, count; /* room: of chunks */
    uint64_t ground;    /* ground_mark when it was last looked at; 0: never */
};
#define CHUNK 1024u

struct Subjects {
    SubjectsSpec spec;
    Arena *mem;
    const Industries *industries;
    pthread_rwlock_t lock; /* of what follows; the ledger's thread writes */
    Shelf *shelves;
    Str words[WORDS_MOST]; /* by number; 0 is null */
    Word slots[2 * WORDS_MOST];
    Word word_count;
};

/* ---- subject.c ---- */

/* The elements of a stored list of codes (which hold no quotes), at most `most`, as views. */
MUST size_t list_texts(Str list, Str *out, size_t most);
/* The subjects named in a stored chain of parties, in mem. */
MUST size_t list_parties(Arena *mem, Str list, const int64_t **out);
/* What it is tied to. */
MUST Relations subject_ties(Arena *mem, const Ground *ground, const Subject *s, Instant at);
/* The position of a choice, or -1. */
MUST int choice_of(const Choice *choices, size_t count, Str name);
extern const Choice subject_statuses[], subject_colours[];
#define STATUS_COUNT 4u
#define COLOUR_COUNT 4u
/* Whether it is there, in use or paused: not moved, not closed. */
MUST bool status_is_live(Str status);

/* ---- subject_validate.c ---- */

/* Whether a file must have the column: a blank subject lacks what the column requires. */
MUST bool subject_needs(const Column *c);
/* Looks codes up as they hold at an instant. */
typedef struct {
    const Subjects *subjects;
    Instant at;
} Lists;
MUST Lookup lists_lookup(Lists *lists);
/* What one column alone cannot say: brings s into its kept form (credit code, colour, dates),
 * adds what is wrong. */
void subject_settle(const Lists *lists, Subject *s, Faults *faults);
/* Whose the code or credit code is among live subjects (codes: among all), but not `but`; NIL:
 * nobody's. */
MUST const Err *subject_of_code(Db *db, int64_t region, Str code, int64_t but, int64_t *out);
MUST const Err *subject_of_uscc(Db *db, int64_t region, Str uscc, int64_t but, int64_t *out);
/* An empty subject: nulls and NILs, status open. */
void subject_blank(Subject *s);

/* ---- subject_write.c ---- */

/* SUBJECT_TAKEN when the code, or among live ones the credit code, is another's. */
MUST const Err *subject_unique(Act *act, const Subject *s);
/* Locates, settles, asks who may, records a new one. */
MUST const Err *subject_begin(Act *act, Subjects *subjects, const Who *who, Subject *s);
/* The same for a change; that who may was asked before. */
MUST const Err *subject_alter(Act *act, Subjects *subjects, const Who *who,
                              const Subject *before, Subject *after);

/* ---- subject_index.c ---- */

MUST const Err *marks_load(Subjects *subjects);
void marks_follow(void *subjects, const Act *act);

#endif
