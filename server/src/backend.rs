//! What pages ask while they render and in server functions: the same as HTTP, without the wire.

use crate::finishing::Wanted;
use crate::state::AppState;
use crate::{compass, editing, exploring, finishing, generating, long_work, queries, sets, studio};
use async_trait::async_trait;
use gatefold::album::AlbumId;
use gatefold::edit::Edit;
use gatefold::finishing::Finish;
use gatefold::mixture::Mixture;
use gatefold::recipe::Recipe;
use gatefold::report::{AlbumLine, AlbumList, CatalogueReport, EvaluationSettings, Info, PairScores};
use gatefold::sets::AlbumSet;
use gatefold::wire::{
    AlbumDetail, AlbumQuery, Changed, Duplicates, EvaluationLine, EvaluationRun, FinishedNotes, Generated,
    Job, JobId, Journeys, Nearest, Neighbour, Neighbourhoods, RatedKind, Resembles, Surprise, Training,
    TrainingLine,
};
use gatefold_app::backend::{Answer, Backend};

#[async_trait]
impl Backend for AppState {
    async fn info(&self) -> Answer<Info> {
        Ok(queries::info(self).await?)
    }
    async fn albums(&self, query: AlbumQuery) -> Answer<AlbumList> {
        Ok(queries::albums(self, query).await?)
    }
    async fn album(&self, id: AlbumId) -> Answer<AlbumDetail> {
        Ok(queries::album(self, id).await?)
    }
    async fn album_lines(&self, ids: Vec<AlbumId>) -> Answer<Vec<AlbumLine>> {
        Ok(queries::album_lines(self, ids).await?)
    }
    async fn nearest(&self, id: AlbumId, n: u32) -> Answer<Nearest> {
        Ok(queries::nearest(self, id, n).await?)
    }
    async fn more_like(&self, albums: Vec<AlbumId>, mixture: Mixture, n: u32) -> Answer<Vec<Neighbour>> {
        let seeds: Vec<(AlbumId, f32)> = albums.into_iter().map(|id| (id, 1.0)).collect();
        let mixture = exploring::checked(&mixture)?;
        let ask = move |catalog: &_, atlas: &_| exploring::more_like(catalog, atlas, &mixture, &seeds, n);
        Ok(exploring::explore(self, None, ask).await?)
    }
    async fn journeys(&self, from: AlbumId, to: AlbumId, mixture: Mixture) -> Answer<Journeys> {
        let mixture = exploring::checked(&mixture)?;
        let wanted = exploring::Wanted { from, to, count: 3, stops: None, avoid: Vec::new() };
        let ask = move |catalog: &_, atlas: &_| exploring::journeys(catalog, atlas, &mixture, &wanted);
        Ok(exploring::explore(self, None, ask).await?)
    }
    async fn neighbourhoods(&self) -> Answer<Neighbourhoods> {
        let ask = |catalog: &_, atlas: &_| exploring::neighbourhoods(catalog, atlas, &Mixture::USUAL);
        Ok(exploring::explore(self, None, ask).await?)
    }
    async fn neighbourhood_albums(&self, number: u32) -> Answer<Vec<AlbumId>> {
        let ask = move |_: &_, atlas: &_| exploring::members(atlas, &Mixture::USUAL, number);
        Ok(exploring::explore(self, None, ask).await?)
    }
    async fn duplicates(&self, offset: u32, limit: u32) -> Answer<Duplicates> {
        let groups = exploring::explore(self, None, exploring::duplicates).await?;
        let total = groups.len() as u64;
        let groups = groups.into_iter().skip(offset as usize).take(limit as usize).collect();
        Ok(Duplicates { groups, total })
    }
    async fn edit_album(&self, id: AlbumId, edit: Edit) -> Answer<Changed> {
        Ok(editing::edit(self, id, &edit).await?)
    }
    async fn undo_edits(&self, id: AlbumId) -> Answer<Changed> {
        Ok(editing::undo(self, id).await?)
    }
    async fn delete_album(&self, id: AlbumId) -> Answer<Changed> {
        Ok(editing::delete(self, id).await?)
    }
    async fn restore_album(&self, id: AlbumId) -> Answer<Changed> {
        Ok(editing::restore(self, id).await?)
    }
    async fn catalogue(&self) -> Answer<CatalogueReport> {
        Ok(editing::catalogue(self).await?)
    }
    async fn remove_source(&self, id: i64) -> Answer<JobId> {
        Ok(editing::remove_source(self, id).await?.id().to_owned())
    }
    async fn show_source(&self, id: i64, shown: bool) -> Answer<JobId> {
        Ok(editing::show_source(self, id, shown).await?.id().to_owned())
    }
    async fn surprises(&self, limit: u32) -> Answer<Vec<Surprise>> {
        Ok(queries::surprises(self, limit).await?)
    }
    async fn generate(&self, recipe: Recipe) -> Answer<JobId> {
        Ok(generating::generate(self, recipe).await?.id().to_owned())
    }
    async fn generated(&self, id: String) -> Answer<Generated> {
        Ok(queries::generated(self, id).await?)
    }
    async fn generated_list(&self) -> Answer<Vec<Generated>> {
        Ok(queries::generated_list(self).await?)
    }
    async fn wishes(&self) -> Answer<Vec<String>> {
        Ok(compass::names(self).await?)
    }
    async fn ratings(&self) -> Answer<Vec<RatedKind>> {
        Ok(studio::ratings(self).await?)
    }
    async fn rate(&self, id: String, stars: Option<u8>) -> Answer<Generated> {
        Ok(studio::rate(self, id, stars).await?)
    }
    async fn resembles(&self, id: String) -> Answer<Option<Resembles>> {
        Ok(studio::resembles(self, id).await?)
    }
    async fn finished_notes(&self, id: String, finish: Finish) -> Answer<FinishedNotes> {
        Ok(finishing::notes(self, Wanted::of(id, finish)).await?)
    }
    async fn evaluate(&self, settings: EvaluationSettings) -> Answer<JobId> {
        Ok(long_work::evaluate(self, settings).await?.id().to_owned())
    }
    async fn evaluation(&self, run: String) -> Answer<EvaluationRun> {
        Ok(queries::evaluation(self, run).await?)
    }
    async fn evaluations(&self) -> Answer<Vec<EvaluationLine>> {
        Ok(queries::evaluations(self).await?)
    }
    async fn pair_scores(&self, run: String, a: String, b: String) -> Answer<PairScores> {
        Ok(queries::pair_scores(self, run, a, b).await?)
    }
    async fn trainings(&self) -> Answer<Vec<TrainingLine>> {
        Ok(queries::trainings(self).await?)
    }
    async fn training(&self, id: String) -> Answer<Training> {
        Ok(queries::training(self, id).await?)
    }
    async fn sets(&self) -> Answer<Vec<AlbumSet>> {
        Ok(sets::list(self).await?)
    }
    async fn save_set(&self, name: String, albums: Vec<AlbumId>) -> Answer<AlbumSet> {
        Ok(sets::save(self, name, albums).await?)
    }
    async fn delete_set(&self, name: String) -> Answer<()> {
        Ok(sets::remove(self, name).await?)
    }
    async fn job(&self, id: JobId) -> Answer<Job> {
        Ok(self.known_job(&id)?.job())
    }
    async fn cancel(&self, id: JobId) -> Answer<()> {
        self.known_job(&id)?.cancel();
        Ok(())
    }
}
