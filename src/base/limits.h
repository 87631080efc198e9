/*
 * Every maximum of the program, named in this one place. What is adjustable by
 * a setting says so; the rest are constants because no real use comes near.
 */
#ifndef RCN_BASE_LIMITS_H
#define RCN_BASE_LIMITS_H

/* Manifests. Real ones are about 1 kB. */
#define RCN_LIMIT_FILE_BYTES     (1024 * 1024) /* one manifest, settings or defaults file */
#define RCN_LIMIT_DOCUMENTS      10000         /* documents in one file */
#define RCN_LIMIT_DEPTH          64            /* nesting of one document */
#define RCN_LIMIT_NODES          100000        /* nodes of one file, aliases expanded */
#define RCN_LIMIT_KEYS           1000          /* keys of one mapping */
#define RCN_LIMIT_SCALAR_BYTES   (64 * 1024)   /* one scalar */
#define RCN_LIMIT_KEY_BYTES      256     /* an externalId; no length is published by the API */
#define RCN_LIMIT_ALIASES        1000    /* aliases in one document */
#define RCN_LIMIT_PATH_BYTES     4096    /* a path inside the repository */
#define RCN_LIMIT_FOLDER_DEPTH   32      /* folders below each other */
#define RCN_LIMIT_FILES          2000000 /* files below the manifests folder */
#define RCN_LIMIT_FILE_ARENA     (256UL * 1024 * 1024)      /* memory for the nodes of one file */
#define RCN_LIMIT_IDENTITY_BYTES (2UL * 1024 * 1024 * 1024) /* all keys, to find duplicates */

/* Diagnostics: what is beyond is counted, not kept. */
#define RCN_LIMIT_PROBLEMS      10000
#define RCN_LIMIT_MESSAGE_BYTES (16 * 1024)
#define RCN_LIMIT_EXCERPT_BYTES 1024
#define RCN_LIMIT_DIAG_BYTES    (256UL * 1024 * 1024) /* memory for the problems of one task */

/* Plan and reports. */
#define RCN_LIMIT_BODY_BYTES        (1024 * 1024) /* one canonical body */
#define RCN_LIMIT_PLAN_BYTES        (4UL * 1024 * 1024 * 1024)
#define RCN_LIMIT_REPORT_BYTES      (2UL * 1024 * 1024 * 1024)
#define RCN_LIMIT_SCHEMA_BYTES      (1024 * 1024)
#define RCN_LIMIT_SCHEMA_REFERENCES 64 /* $ref chained without consuming a value */

/* The service's answers. */
#define RCN_LIMIT_RESPONSE_BYTES (8 * 1024 * 1024)
#define RCN_LIMIT_HEADER_BYTES   (64 * 1024) /* all headers of one answer */
#define RCN_LIMIT_URL_BYTES      4096
#define RCN_LIMIT_PAGES          100000 /* of one list */
#define RCN_LIMIT_ERROR_EXCERPT  500    /* bytes kept of an answer that makes no sense */
#define RCN_LIMIT_JSON_DEPTH     64

/* Requests. */
#define RCN_LIMIT_CONCURRENCY         256 /* ceiling of --concurrency */
#define RCN_LIMIT_ATTEMPTS            12  /* of one request that may be repeated */
#define RCN_LIMIT_RETRY_AFTER_SECONDS 300 /* Retry-After is clamped to this */

/* Credentials and settings. */
#define RCN_LIMIT_TOKEN_BYTES   (16 * 1024)
#define RCN_LIMIT_SETTING_BYTES 4096

#endif
