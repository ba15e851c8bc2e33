//! The Metadata API: archives, deployments and what is retrieved.

use std::io::{Cursor, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::parameter::{AppName, UserName};
use super::soap::{METADATA, VERSION, call_as, element};
use super::{doc_string, pairs, rows};
use crate::client::control::App;
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::World;

/// Under which note the archive of the last retrieval is kept.
const RETRIEVED: &str = "retrieved archive";

/// A table of paths and contents; `{note:…}` then stands for the archive in base64.
#[given(expr = "the archive {string}")]
async fn archive(world: &mut World, name: String, step: &Step) -> Outcome {
    let mut files = Vec::new();
    for (path, content) in pairs(step)? {
        files.push((world.expand(&path)?, world.expand(&content)?));
    }
    let packed = pack(&files).map_err(|error| Failure::new(error.to_string()))?;
    world.notes.insert(name, STANDARD.encode(packed));
    Ok(())
}

/// The first half of an archive.
#[given(expr = "the archive {string} that ends in the middle")]
async fn cut_short(world: &mut World, name: String, step: &Step) -> Outcome {
    let mut packed = pack(&pairs(step)?).map_err(|error| Failure::new(error.to_string()))?;
    packed.truncate(packed.len() / 2);
    world.notes.insert(name, STANDARD.encode(packed));
    Ok(())
}

/// An archive that unpacks to so much. One packed file stands in it again and again, so that it is made in no time.
#[given(expr = "the archive {string} that unpacks to {int} MB")]
async fn bomb(world: &mut World, name: String, megabytes: usize) -> Outcome {
    let packed = packed_so_often(&" ".repeat(1024 * 1024), megabytes).map_err(|error| Failure::new(error.to_string()))?;
    world.notes.insert(name, STANDARD.encode(packed));
    Ok(())
}

/// An archive of so many files, all alike.
#[given(expr = "the archive {string} that holds {int} files")]
async fn many_files(world: &mut World, name: String, count: usize) -> Outcome {
    let packed = packed_so_often("//A\n", count).map_err(|error| Failure::new(error.to_string()))?;
    world.notes.insert(name, STANDARD.encode(packed));
    Ok(())
}

/// An archive with an object `Wide__c` of so many fields.
#[given(expr = "the archive {string} with an object of {int} fields")]
async fn wide_object(world: &mut World, name: String, count: usize) -> Outcome {
    let field = |number| format!("<fields><fullName>F{number}__c</fullName><type>Date</type></fields>");
    let fields: String = (0..count).map(field).collect();
    let manifest = "<Package><types><members>Wide__c</members><name>CustomObject</name></types><version>67.0</version></Package>".to_owned();
    let object = format!(
        "<CustomObject><label>Wide</label><pluralLabel>Wides</pluralLabel><nameField><label>Name</label><type>Text</type></nameField>{fields}</CustomObject>"
    );
    let packed = pack(&[("package.xml".to_owned(), manifest), ("objects/Wide__c.object".to_owned(), object)]);
    world.notes.insert(name, STANDARD.encode(packed.map_err(|error| Failure::new(error.to_string()))?));
    Ok(())
}

/// An archive whose `package.xml` names so many classes that are not there.
#[given(expr = "the archive {string} that names {int} components")]
async fn many_names(world: &mut World, name: String, count: usize) -> Outcome {
    let members: String = (0..count).map(|number| format!("<members>C{number}</members>")).collect();
    let manifest = format!("<Package><types>{members}<name>ApexClass</name></types><version>67.0</version></Package>");
    let packed = pack(&[("package.xml".to_owned(), manifest)]).map_err(|error| Failure::new(error.to_string()))?;
    world.notes.insert(name, STANDARD.encode(packed));
    Ok(())
}

#[given(expr = "{user} has deployed {string}")]
async fn has_deployed(world: &mut World, user: UserName, archive: String) -> Outcome {
    deploy(world, &user.0, &archive, &[]).await?;
    let answer = world.answer()?;
    expect::equal("status", Some("Succeeded"), element(&answer.text(), "status").as_deref())
}

#[when(expr = "{user} deploys {string}")]
async fn deploys(world: &mut World, user: UserName, archive: String) -> Outcome {
    deploy(world, &user.0, &archive, &[]).await
}

/// A table of members of `DeployOptions` and their values.
#[when(expr = "{user} deploys {string} with")]
async fn deploys_with(world: &mut World, user: UserName, archive: String, step: &Step) -> Outcome {
    deploy(world, &user.0, &archive, &pairs(step)?).await
}

/// The doc string holds the `types` of a package.
#[given(expr = "{user} has retrieved")]
#[when(expr = "{user} retrieves")]
async fn retrieves(world: &mut World, user: UserName, step: &Step) -> Outcome {
    let types = world.expand(&doc_string(step)?)?;
    let request = format!(
        "<retrieve><retrieveRequest><apiVersion>{VERSION}</apiVersion><singlePackage>true</singlePackage><unpackaged>{types}<version>{VERSION}</version>\
         </unpackaged></retrieveRequest></retrieve>"
    );
    call_as(world, &user.0, METADATA, VERSION, &request).await?;
    let id = id_of_answer(world)?;
    let request = format!("<checkRetrieveStatus><asyncProcessId>{id}</asyncProcessId><includeZip>true</includeZip></checkRetrieveStatus>");
    call_as(world, &user.0, METADATA, VERSION, &request).await?;
    let packed = element(&world.answer()?.text(), "zipFile").unwrap_or_default();
    world.notes.insert(RETRIEVED.to_owned(), packed);
    Ok(())
}

#[then(expr = "the retrieved file {string} is")]
async fn file_is(world: &mut World, path: String, step: &Step) -> Outcome {
    let (path, expected) = (world.expand(&path)?, world.expand(&doc_string(step)?)?);
    let seen = unpack(world)?.into_iter().find(|(known, _)| *known == path).map(|(_, content)| content);
    let seen = seen.or_fail(|| format!("{path} was not retrieved"))?;
    let flat = |text: &str| text.lines().map(str::trim).collect::<String>();
    expect::that(expect::text_matches(&flat(&expected), &flat(&seen)), || format!("{path}: expected {expected}\n     got {seen}"))
}

#[then("the retrieved files are")]
async fn files_are(world: &mut World, step: &Step) -> Outcome {
    let expected: Vec<String> = rows(step)?.iter().flatten().cloned().collect();
    let seen: Vec<String> = unpack(world)?.into_iter().map(|(path, _)| path).collect();
    expect::equal("files", expected, seen)
}

/// The app whose global settings were retrieved, by its consumer key.
#[given(expr = "the retrieved app is {app}")]
#[when(expr = "the retrieved app is {app}")]
async fn retrieved_app(world: &mut World, app: AppName) -> Outcome {
    let key = unpack(world)?.iter().find_map(|(_, content)| element(content, "consumerKey"));
    let key = key.or_fail(|| "no consumer key was retrieved")?;
    let known: App = serde_json::from_value(world.control()?.get(&format!("/apps/{key}")).await?)?;
    // Not by its name, which another app may have by then.
    world.remove_later(format!("/apps/{}", known.id));
    world.notes.insert("consumer key".to_owned(), key);
    world.apps.insert(app.0, known);
    Ok(())
}

#[then(expr = "no app has the consumer key {string}")]
async fn no_app(world: &mut World, key: String) -> Outcome {
    let key = world.expand(&key)?;
    let answer = world.control()?.call(reqwest::Method::GET, &format!("/apps/{key}"), None).await?;
    expect::equal("status", 404, answer.status)
}

/// Deploys and asks what became of it, with details.
async fn deploy(world: &mut World, user: &str, archive: &str, options: &[(String, String)]) -> Outcome {
    let packed = world.notes.get(archive).cloned().or_fail(|| format!("no archive is called {archive}"))?;
    let mut members: Vec<(String, String)> =
        ["checkOnly", "rollbackOnError", "singlePackage"].map(|name| (name.to_owned(), (name != "checkOnly").to_string())).into();
    for (name, value) in options {
        members.retain(|(known, _)| known != name);
        members.push((name.clone(), value.clone()));
    }
    let members: String = members.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    let request = format!("<deploy><ZipFile>{packed}</ZipFile><DeployOptions>{members}</DeployOptions></deploy>");
    call_as(world, user, METADATA, VERSION, &request).await?;
    let id = id_of_answer(world)?;
    world.notes.insert("deployment".to_owned(), id.clone());
    let request = format!("<checkDeployStatus><asyncProcessId>{id}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>");
    call_as(world, user, METADATA, VERSION, &request).await
}

fn id_of_answer(world: &World) -> Outcome<String> {
    let answer = world.answer()?;
    element(&answer.text(), "id").or_fail(|| format!("no operation in {}", answer.summary()))
}

/// An archive of paths and contents.
pub(super) fn pack<C: AsRef<[u8]>>(files: &[(String, C)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(path.as_str(), SimpleFileOptions::default())?;
        writer.write_all(content.as_ref())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Classes of one content: it is packed once.
fn packed_so_often(content: &str, count: usize) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut once = ZipArchive::new(Cursor::new(pack(&[("once".to_owned(), content)])?))?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..count {
        writer.raw_copy_file_rename(once.by_index_raw(0)?, format!("classes/C{number}.cls"))?;
    }
    writer.start_file("package.xml", SimpleFileOptions::default())?;
    writer.write_all(b"<Package><types><members>*</members><name>ApexClass</name></types><version>67.0</version></Package>")?;
    Ok(writer.finish()?.into_inner())
}

/// The files of the last retrieval, by path.
fn unpack(world: &World) -> Outcome<Vec<(String, String)>> {
    let packed = world.notes.get(RETRIEVED).filter(|packed| !packed.is_empty()).or_fail(|| "nothing was retrieved")?;
    let unreadable = |error: &dyn std::fmt::Display| Failure::new(format!("the retrieved archive cannot be read: {error}"));
    let packed = STANDARD.decode(packed).map_err(|error| unreadable(&error))?;
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(|error| unreadable(&error))?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|error| unreadable(&error))?;
        let mut content = String::new();
        file.read_to_string(&mut content).map_err(|error| unreadable(&error))?;
        let name = file.name().map_err(|error| unreadable(&error))?.into_owned();
        files.push((name, content));
    }
    files.sort();
    Ok(files)
}
