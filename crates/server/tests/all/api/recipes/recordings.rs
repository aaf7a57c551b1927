//! A recording of the granted technician, at Acme.

use super::{Call, recipes};

recipes! {
    "listRecordings" => |_, _| Call::bare(),
    "listRecordings: by what the screens said" => |_, _| Call::bare().query("q", "needle-42"),
    "getRecording" => |world, _| Call::about(&world.session),
    "getRecordingIndex" => |world, _| Call::about(&world.session); leaves [("recording.play", "success")],
    "getRecordingData" => |world, _| Call::about(&world.session); leaves [("recording.play", "success")],
    "getRecordingData: a part of it" => |world, _| Call::about(&world.session).header("range", "bytes=0-9"),
    "getRecordingTranscript" => |world, _| Call::about(&world.session),
    "searchRecording" => |world, _| Call::about(&world.session).query("q", "needle"),
    "exportRecording" => |world, _| Call::about(&world.session); leaves [("recording.export", "success")],
    "verifyRecording" => |world, _| Call::about(&world.session),
}
