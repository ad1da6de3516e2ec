/** One step of the schema. Steps are appended and never edited: a database knows how many of them it has had. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

/** In order; the first brings an empty file to version 1. Times are milliseconds since the epoch, JSON is text. */
export const migrations: readonly Migration[] = [
  {
    name: 'accounts, custom providers, projects, jobs, transcripts',
    sql: `
      CREATE TABLE account (
        id TEXT PRIMARY KEY,
        provider_id TEXT NOT NULL,
        namespace TEXT NOT NULL,
        label TEXT NOT NULL,
        type TEXT NOT NULL,
        preview TEXT NOT NULL,
        fields TEXT NOT NULL,
        state TEXT NOT NULL,
        last_error TEXT,
        active INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        last_used_at INTEGER,
        UNIQUE (provider_id, namespace, label)
      ) STRICT;
      CREATE UNIQUE INDEX account_active ON account (provider_id) WHERE active = 1;

      -- Accounts whose vault record may have no row: being added, or removed. Written down first, so that clearing up
      -- after a crash never has to take "not in this database" for "not wanted".
      CREATE TABLE account_leftover (id TEXT PRIMARY KEY) STRICT;

      CREATE TABLE custom_provider (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        base_url TEXT NOT NULL,
        models TEXT NOT NULL
      ) STRICT;

      CREATE TABLE project (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        folder TEXT NOT NULL,
        provider_id TEXT NOT NULL,
        model_id TEXT NOT NULL,
        runtime TEXT NOT NULL,
        server_runtime TEXT,
        image TEXT,
        account_id TEXT,
        state TEXT NOT NULL,
        problem TEXT,
        created_at INTEGER NOT NULL,
        last_activity_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE job (
        id TEXT PRIMARY KEY,
        pipeline_id TEXT NOT NULL,
        project_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0,
        max_attempts INTEGER NOT NULL,
        run_after INTEGER NOT NULL DEFAULT 0,
        problem TEXT,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        UNIQUE (pipeline_id, position)
      ) STRICT;
      CREATE INDEX job_ready ON job (state, run_after);
      CREATE INDEX job_project ON job (project_id, created_at);

      CREATE TABLE session (
        project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        PRIMARY KEY (project_id, id)
      ) STRICT;

      CREATE TABLE message (
        project_id TEXT NOT NULL,
        session_id TEXT NOT NULL,
        id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (project_id, session_id, id),
        FOREIGN KEY (project_id, session_id) REFERENCES session (project_id, id) ON DELETE CASCADE
      ) STRICT;

      CREATE TABLE prompt (
        project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        request_id TEXT NOT NULL,
        message_id TEXT NOT NULL,
        session_id TEXT,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        sent_at INTEGER,
        PRIMARY KEY (project_id, request_id)
      ) STRICT;
    `,
  },
  {
    name: 'account order, identity and pins, delivery, model discovery, audit',
    sql: `
      ALTER TABLE account ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE account ADD COLUMN identity TEXT;
      ALTER TABLE account ADD COLUMN expires_at INTEGER;
      ALTER TABLE account ADD COLUMN checked_at INTEGER;
      -- A login that can be renewed does not end with its time.
      ALTER TABLE account ADD COLUMN renewable INTEGER NOT NULL DEFAULT 0;
      -- Beside the state, so that enabling gives back the one it had.
      ALTER TABLE account ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;
      UPDATE account SET enabled = 0, state = 'connected' WHERE state = 'disabled';
      UPDATE account SET position = (
        SELECT count(*) FROM account AS earlier
        WHERE earlier.provider_id = account.provider_id
          AND (earlier.created_at, earlier.rowid) < (account.created_at, account.rowid)
      );

      -- An empty project or model means any. An account's pins go with it.
      CREATE TABLE pin (
        provider_id TEXT NOT NULL,
        project_id TEXT NOT NULL DEFAULT '',
        model_id TEXT NOT NULL DEFAULT '',
        account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        PRIMARY KEY (provider_id, project_id, model_id),
        CHECK (project_id <> '' OR model_id <> '')
      ) STRICT;
      INSERT INTO pin (provider_id, project_id, account_id)
        SELECT account.provider_id, project.id, account.id
        FROM project JOIN account ON account.id = project.account_id;
      ALTER TABLE project DROP COLUMN account_id;
      ALTER TABLE project ADD COLUMN delivery TEXT NOT NULL DEFAULT 'gateway';
      -- Real keys that may be inside a project's OpenCode: written down before one is given, and until it is out again.
      CREATE TABLE delivered_key (
        project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        provider_id TEXT NOT NULL,
        PRIMARY KEY (project_id, provider_id)
      ) STRICT;

      ALTER TABLE custom_provider ADD COLUMN discover INTEGER NOT NULL DEFAULT 0;
      -- What a custom provider's server said it has. The list stays when a later question fails.
      CREATE TABLE discovered_models (
        provider_id TEXT PRIMARY KEY REFERENCES custom_provider (id) ON DELETE CASCADE,
        models TEXT NOT NULL,
        fetched_at INTEGER,
        problem TEXT
      ) STRICT;

      CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        surface TEXT NOT NULL,
        action TEXT NOT NULL,
        provider_id TEXT,
        account_id TEXT,
        account_label TEXT,
        project_id TEXT,
        project_name TEXT,
        detail TEXT
      ) STRICT;
      CREATE INDEX audit_account ON audit (account_id, id);
      CREATE INDEX audit_project ON audit (project_id, id);
      CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN
        SELECT raise(ABORT, 'the audit trail is only added to');
      END;
      CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN
        SELECT raise(ABORT, 'the audit trail is only added to');
      END;
    `,
  },
  {
    name: 'pools, usage, budgets, egress',
    sql: `
      CREATE TABLE pool (
        provider_id TEXT PRIMARY KEY,
        strategy TEXT NOT NULL,
        rotate INTEGER NOT NULL
      ) STRICT;

      -- How an account does with one family of models; health and tokens are as they were at that time.
      CREATE TABLE standing (
        account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        family TEXT NOT NULL,
        health REAL NOT NULL,
        tokens REAL NOT NULL,
        at INTEGER NOT NULL,
        used_at INTEGER,
        strikes INTEGER NOT NULL,
        cooling TEXT,
        PRIMARY KEY (account_id, family)
      ) STRICT;

      CREATE TABLE quota_window (
        account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (account_id, name)
      ) STRICT;

      -- One row a request that reached a vendor. Names are those of that time, for what they name may go.
      CREATE TABLE usage (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        project_id TEXT NOT NULL,
        project_name TEXT NOT NULL,
        provider_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        account_label TEXT NOT NULL,
        model_id TEXT NOT NULL,
        status INTEGER,
        attempts INTEGER NOT NULL,
        input INTEGER NOT NULL,
        output INTEGER NOT NULL,
        cache_read INTEGER NOT NULL,
        cache_write INTEGER NOT NULL,
        reasoning INTEGER NOT NULL,
        cost REAL,
        first_byte_ms INTEGER,
        duration_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX usage_at ON usage (at);

      CREATE TABLE budget (
        id TEXT PRIMARY KEY,
        scope TEXT NOT NULL,
        target_id TEXT NOT NULL,
        period TEXT NOT NULL,
        unit TEXT NOT NULL,
        amount REAL NOT NULL,
        UNIQUE (scope, target_id, period, unit)
      ) STRICT;

      ALTER TABLE project ADD COLUMN egress TEXT NOT NULL DEFAULT 'open';
      CREATE TABLE egress_rule (host TEXT PRIMARY KEY, purpose TEXT NOT NULL) STRICT;
      CREATE TABLE egress_destination (
        project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        host TEXT NOT NULL,
        connections INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        bytes_out INTEGER NOT NULL,
        bytes_in INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (project_id, host)
      ) STRICT;
    `,
  },
  {
    name: 'the network policy a server was started under',
    sql: `
      ALTER TABLE project ADD COLUMN server_egress TEXT;
    `,
  },
]
