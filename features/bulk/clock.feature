@R-F6 @R-K12 @serial
Feature: Bulk jobs by the clock
  With a delay set, a job can be watched in each of its states, and its effects come when its time has come.

  Scenario: A job is queued, in progress, complete
    Given the policy "bulk_job_seconds" of the org is "60"
    And the clock stands at "2030-01-01T00:00:00Z"
    And the admin has opened the bulk insert on Account
    And the admin has uploaded
      """
      Name
      Patience
      """
    When the admin ends the upload
    Then the job is "UploadComplete"
    When 30 seconds pass
    Then the job is "InProgress"
    When 30 seconds pass
    Then the job has
      | state                  | JobComplete |
      | numberRecordsProcessed | 1           |
      | totalProcessingTime    | 60000       |

  Scenario: A job aborted in its queue leaves its records unprocessed
    Given the policy "bulk_job_seconds" of the org is "60"
    And the clock stands at "2030-01-01T00:00:00Z"
    And the admin has opened the bulk insert on Account
    And the admin has uploaded
      """
      Name
      Patience
      """
    And the admin has ended the upload
    When the admin aborts the job
    And 5 minutes pass
    Then the job has
      | state                  | Aborted |
      | numberRecordsProcessed | 0       |
    And the unprocessed records are
      """
      "Name"
      "Patience"
      """
