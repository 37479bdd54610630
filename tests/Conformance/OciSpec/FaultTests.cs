// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

public class FaultTests
{
    [Theory]
    [Requirement("config/invalid-values", "config/annotations-map", "config/annotations-values")]
    [InlineData("""{"process": {"user": {"uid": "root"}}}""", "process.user.uid: must be a number from 0 to 4294967295, got \"root\"")]
    [InlineData("""{"process": {"user": {"uid": -1}}}""", "process.user.uid: must be a number from 0 to 4294967295, got -1")]
    [InlineData("""{"process": {"user": {"uid": -0}}}""", "process.user.uid: must be a number from 0 to 4294967295, got -0")]
    [InlineData("""{"process": {"user": {"uid": 4294967296}}}""", "process.user.uid: must be a number from 0 to 4294967295, got 4294967296")]
    [InlineData("""{"process": {"user": {"gid": 1.0}}}""", "process.user.gid: must be a whole number from 0 to 4294967295, got 1.0")]
    [InlineData("""{"process": {"user": {"gid": 1e2}}}""", "process.user.gid: must be a whole number from 0 to 4294967295, got 1e2")]
    [InlineData("""{"process": {"user": {"additionalGids": [1, 2, true]}}}""", "process.user.additionalGids[2]: must be a number from 0 to 4294967295, got true")]
    [InlineData("""{"process": {"oomScoreAdj": 2147483648}}""", "process.oomScoreAdj: must be a number from -2147483648 to 2147483647, got 2147483648")]
    [InlineData("""{"process": {"rlimits": [{}, {"hard": 18446744073709551616}]}}""", "process.rlimits[1].hard: must be a number from 0 to 18446744073709551615, got 18446744073709551616")]
    [InlineData("""{"linux": {"resources": {"memory": {"limit": 9223372036854775808}}}}""", "linux.resources.memory.limit: must be a number from -9223372036854775808 to 9223372036854775807, got 9223372036854775808")]
    [InlineData("""{"linux": {"resources": {"memory": {"limit": "1G"}}}}""", "linux.resources.memory.limit: must be a number from -9223372036854775808 to 9223372036854775807, got \"1G\"")]
    [InlineData("""{"linux": {"resources": {"blockIO": {"weight": 65536}}}}""", "linux.resources.blockIO.weight: must be a number from 0 to 65535, got 65536")]
    [InlineData("""{"linux": {"resources": {"rdma": {"mlx5_1": {"hcaHandles": []}}}}}""", "linux.resources.rdma.mlx5_1.hcaHandles: must be a number from 0 to 4294967295, got an array")]
    [InlineData("""{"mounts": [{}, {}, {"options": [7]}]}""", "mounts[2].options[0]: must be a string, got 7")]
    [InlineData("""{"mounts": [{"options": ["a", "b"], "source": false}]}""", "mounts[0].source: must be a string, got false")]
    [InlineData("""{"mounts": [null]}""", "mounts[0]: must be an object, got null")]
    [InlineData("""{"mounts": {"a": 1}}""", "mounts: must be an array, got an object")]
    [InlineData("""{"process": {"terminal": 1}}""", "process.terminal: must be true or false, got 1")]
    [InlineData("""{"process": {"args": "sh"}}""", "process.args: must be an array, got \"sh\"")]
    [InlineData("""{"process": {"args": ["sh", null]}}""", "process.args[1]: must be a string, got null")]
    [InlineData("""{"process": []}""", "process: must be an object, got an array")]
    [InlineData("""{"annotations": {"org.example/a": 1}}""", "annotations[\"org.example/a\"]: must be a string, got 1")]
    [InlineData("""{"annotations": {"": 1}}""", "annotations[\"\"]: must be a string, got 1")]
    [InlineData("""{"linux": {"sysctl": {"net.ipv4.ip_forward": 1}}}""", "linux.sysctl[\"net.ipv4.ip_forward\"]: must be a string, got 1")]
    [InlineData("""{"hostname": 12345678901234567890123456789012345678901234567890123456789012345}""", "hostname: must be a string, got 123456789012345678901234567890123456789012345678901234567890...")]
    [InlineData("[]", "must be an object, got an array")]
    [InlineData("null", "must be an object, got null")]
    [InlineData("\"config\"", "must be an object, got \"config\"")]
    public void A_value_of_the_wrong_type_is_reported_with_its_path(string document, string message)
    {
        OciDocumentException fault = Fault(document);
        Assert.Equal(message, fault.Message);
        Assert.Null(fault.Line);
        Assert.Null(fault.Column);
        Assert.Equal(message, fault.Path.Length == 0 ? fault.Problem : fault.Path + ": " + fault.Problem);
    }

    [Theory]
    [InlineData("""{"process": {"args": ["a\u0000b"]}}""", "process.args[0]: must not hold a NUL character")]
    [InlineData("""{"hostname": "\u0000"}""", "hostname: must not hold a NUL character")]
    [InlineData("""{"linux": {"sysctl": {"a\u0000": "1"}}}""", "linux.sysctl[\"a\\u0000\"]: the key must not hold a NUL character")]
    [InlineData("""{"hostname": "a\ud800"}""", "hostname: holds half of a surrogate pair, \\ud800")]
    [InlineData("""{"hostname": "\udc00\ud800"}""", "hostname: holds half of a surrogate pair, \\ud800")]
    public void A_string_that_could_deceive_the_kernel_is_refused(string document, string message)
    {
        Assert.Equal(message, Fault(document).Message);
    }

    [Fact]
    [Requirement("glossary/utf-8")]
    public void A_string_that_is_not_utf8_is_refused_with_its_path()
    {
        Assert.Equal("root.path: is not valid UTF-8", Fault([.. "{\"root\": {\"path\": \""u8, 0xFF, .. "\"}}"u8]).Message);
        Assert.Equal("root.path: is not valid UTF-8", Fault([.. "{\"root\": {\"path\": \"\\n"u8, 0xC3, .. "\"}}"u8]).Message);
        Assert.Equal("annotations[\"\uFFFD\"]: the key is not valid UTF-8", Fault([.. "{\"annotations\": {\""u8, 0xFF, .. "\": \"\"}}"u8]).Message);
    }

    [Theory]
    [InlineData("", 1, 1, "the document is empty")]
    [InlineData(" \n ", 2, 2, "the document ends here, expected a value")]
    [InlineData("{\n  \"hostname\": \"a\"\n  \"root\": {}\n}", 3, 3, "expected \",\" or \"}\" after the member")]
    [InlineData("{\"mounts\": [{} {}]}", 1, 16, "expected \",\" or \"]\" after the element")]
    [InlineData("{\"mounts\": [{},]}", 1, 16, "expected a value")]
    [InlineData("{\"hostname\": \"a\",}", 1, 18, "expected a property name in double quotes")]
    [InlineData("{hostname: \"a\"}", 1, 2, "expected a property name in double quotes")]
    [InlineData("{\"hostname\" \"a\"}", 1, 13, "expected \":\" after the property name")]
    [InlineData("{\"hostname\": 'a'}", 1, 14, "expected a value")]
    [InlineData("{\"hostname\": }", 1, 14, "expected a value")]
    [InlineData("{\"hostname\": nul}", 1, 14, "expected a value")]
    [InlineData("{\"process\": {\"terminal\": True}}", 1, 26, "expected a value")]
    [InlineData("{\"process\": {\"terminal\": tru}}", 1, 26, "expected a value")]
    [InlineData("{\"process\": {\"user\": {\"uid\": 007}}}", 1, 31, "a number must not start with 0")]
    [InlineData("{\"process\": {\"user\": {\"uid\": 1.}}}", 1, 32, "expected a digit")]
    [InlineData("{\"process\": {\"user\": {\"uid\": 1e+}}}", 1, 33, "expected a digit")]
    [InlineData("{\"process\": {\"user\": {\"uid\": -}}}", 1, 31, "expected a digit after \"-\"")]
    [InlineData("{\"process\": {\"user\": {\"uid\": +1}}}", 1, 30, "expected a value")]
    [InlineData("{\"hostname\": \"\u00e9\u00e9\\x\"}", 1, 17, "an escape in a string is not one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")]
    [InlineData("{\"hostname\": \"\\u12g4\"}", 1, 15, "an escape in a string is not one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")]
    [InlineData("{\"hostname\": \"a\n\"}", 1, 16, "a control character in a string must be escaped, or the closing quote is missing")]
    [InlineData("{\"hostname\": \"abc", 1, 18, "the document ends inside a string")]
    [InlineData("{\"hostname\": \"abc\"", 1, 19, "the document ends here, expected \",\" or \"}\" after the member")]
    [InlineData("{\"unknown\": [1, 2", 1, 18, "the document ends here, expected \",\" or \"]\" after the element")]
    [InlineData("{}\n{}", 2, 1, "the document ended before this, nothing may follow it")]
    [InlineData("{} // end", 1, 4, "the document ended before this, nothing may follow it")]
    [InlineData("\uFEFF{}", 1, 1, "the document starts with a byte order mark, which JSON does not have")]
    public void Broken_json_is_reported_with_line_and_column(string document, int line, int column, string problem)
    {
        OciDocumentException fault = Fault(document);
        Assert.Equal($"line {line}, column {column}: {problem}", fault.Message);
        Assert.Equal((line, column, problem, ""), (fault.Line!.Value, fault.Column!.Value, fault.Problem, fault.Path));
    }

    [Fact]
    public void All_values_of_the_wrong_type_are_reported_in_document_order()
    {
        const string Document = """
            {"process": {"args": ["sh", 1, {"a": [2]}], "cwd": [], "terminal": "yes", "user": 7, "rlimits": [{"soft": -1}, 5, {"hard": 1.5}]},
             "mounts": {"x": 1}, "linux": {"sysctl": {"a\u0000": "1", "b": 2}, "namespaces": [{"type": {}}]}, "hostname": "ok"}
            """;
        Assert.Equal(
            [
                "process.args[1]: must be a string, got 1",
                "process.args[2]: must be a string, got an object",
                "process.cwd: must be a string, got an array",
                "process.terminal: must be true or false, got \"yes\"",
                "process.user: must be an object, got 7",
                "process.rlimits[0].soft: must be a number from 0 to 18446744073709551615, got -1",
                "process.rlimits[1]: must be an object, got 5",
                "process.rlimits[2].hard: must be a whole number from 0 to 18446744073709551615, got 1.5",
                "mounts: must be an array, got an object",
                "linux.sysctl[\"a\\u0000\"]: the key must not hold a NUL character",
                "linux.sysctl.b: must be a string, got 2",
                "linux.namespaces[0].type: must be a string, got an object",
            ],
            Fault(Document).Faults.Select(fault => fault.ToString()));
        Config rest = Config.Read(Encoding.UTF8.GetBytes(Document), null, out DocumentFault[] faults, out _);
        Assert.Equal(12, faults.Length);
        Assert.Equal(("ok", 3, 3, 1), (rest.Hostname, rest.Process!.Args.Length, rest.Process.Rlimits.Length, rest.Linux!.Namespaces.Length));
    }

    [Fact]
    public void Broken_json_is_reported_alone()
    {
        OciDocumentException fault = Fault("{\"process\": 1, \"root\": x}");
        Assert.Equal("line 1, column 24: expected a value", fault.Message);
        Assert.Empty(fault.Faults);
    }

    [Fact]
    public void Only_the_first_hundred_faults_are_reported()
    {
        OciDocumentException fault = Fault("{\"mounts\": [" + string.Join(',', Enumerable.Repeat("1", 100_000)) + "]}");
        Assert.Equal(DocumentReader.MostFaults, fault.Faults.Length);
        Assert.EndsWith("mounts[99]: must be an object, got 1; and 99900 more values are wrong", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_key_is_cut_in_a_path() =>
        Assert.Equal("annotations[\"" + new string('k', 100) + "...\"]: must be a string, got 1", Fault("{\"annotations\": {\"" + new string('k', 1_000_000) + "\": 1}}").Message);

    [Fact]
    public void The_other_documents_report_faults_in_the_same_way()
    {
        Assert.Equal("args[0]: must be a string, got 1", Assert.Throws<OciDocumentException>(() => Process.Read("""{"args":[1]}"""u8, out _)).Message);
        Assert.Equal("pids.limit: must be a number from -9223372036854775808 to 9223372036854775807, got \"a\"", Assert.Throws<OciDocumentException>(() => LinuxResources.Read("""{"pids":{"limit":"a"}}"""u8, out _)).Message);
        Assert.Equal("pid: must be a number from -2147483648 to 2147483647, got an array", Assert.Throws<OciDocumentException>(() => State.Read("""{"pid":[1]}"""u8)).Message);
    }

    private static OciDocumentException Fault(string document) => Fault(Encoding.UTF8.GetBytes(document));

    private static OciDocumentException Fault(byte[] document) => Assert.Throws<OciDocumentException>(() => Config.Read(document));
}
