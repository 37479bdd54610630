// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

/// <summary>Oddities of a document that are not faults: for `runcs check`.</summary>
public class RemarkTests
{
    [Theory]
    [InlineData("""{"mount": [], "process": {"argz": ["sh"], "args": ["sh"]}}""", "mount: is not known, and ignored: did you mean \"mounts\"?; process.argz: is not known, and ignored: did you mean \"args\"?")]
    [InlineData("""{"solaris": {"a": {"a": 1, "a": 2}, "process": {"user": {}}}, "hostname": "a"}""", "solaris: is not known, and ignored")]
    [InlineData("""{"hostname": "a", "hostname": "b", "process": {"cwd": "/"}, "process": {"cwd": "/b"}}""", "hostname: is a duplicate: the last one counts; process: is a duplicate: the last one counts")]
    [InlineData("""{"annotations": {"a": "1", "a": "2"}}""", "annotations.a: is a duplicate: the last one counts")]
    [InlineData("""{"process": {"user": {"uid": 1}, "rlimits": [{"type": "a", "soft": 1, "hard": 1}, {"type": "b", "hard": null}]}}""",
        "process.user: lacks \"gid\", which the specification requires: taken as 0; process.rlimits[1]: lacks \"soft\", which the specification requires: taken as 0; process.rlimits[1]: lacks \"hard\", which the specification requires: taken as 0")]
    [InlineData("""{"linux": {"seccomp": {"syscalls": [{"names": [], "args": [{"index": 0}]}]}, "uidMappings": [{}], "resources": {"pids": {}}}}""",
        "linux.seccomp.syscalls[0].args[0]: lacks \"value\", which the specification requires: taken as 0; linux.uidMappings[0]: lacks \"containerID\", which the specification requires: taken as 0; linux.uidMappings[0]: lacks \"hostID\", which the specification requires: taken as 0; linux.uidMappings[0]: lacks \"size\", which the specification requires: taken as 0")]
    [InlineData("""{"process": {"user": 5, "args": [[], {"x": 1}]}, "hostname": "a"}""", "")]
    public void Oddities_are_reported_with_their_path(string document, string expected)
    {
        byte[] text = Encoding.UTF8.GetBytes(document);
        var notes = new DocumentNotes();
        Config.Read(text, notes, out _, out _);
        Assert.Equal(expected, string.Join("; ", notes.In(text).Select(remark => remark.ToString())));
    }

    [Fact]
    public void A_complete_document_has_no_remarks()
    {
        JsonText json = JsonText.Compact();
        FilledDocument.Create<Config>().Write(json);
        Oddities_are_reported_with_their_path(Encoding.UTF8.GetString(json.Written), "");
    }
}
